import type { Size } from './fit.ts'

/**
 * How stored pixels are turned to be looked at, in EXIF's numbers: 1 as they are, 2 mirrored left to right, 3 turned half round,
 * 4 mirrored top to bottom, 5 mirrored across the main diagonal, 6 turned a quarter clockwise, 7 mirrored across the other
 * diagonal, 8 turned a quarter counter-clockwise. Rotations of video are told in the same numbers.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** For each orientation, where the axes of the stored picture point in the shown one: [a, b, c, d] with x' = ax + cy, y' = bx + dy. */
export const orientationAxes: Readonly<Record<Orientation, readonly [number, number, number, number]>> = {
  1: [1, 0, 0, 1],
  2: [-1, 0, 0, 1],
  3: [-1, 0, 0, -1],
  4: [1, 0, 0, -1],
  5: [0, 1, 1, 0],
  6: [0, 1, -1, 0],
  7: [0, -1, -1, 0],
  8: [0, -1, 1, 0],
}

/** Degrees clockwise by which the picture is turned, after any mirroring left to right. */
export const rotationOf = (orientation: Orientation): 0 | 90 | 180 | 270 =>
  (({ 1: 0, 2: 0, 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270 }) as const)[orientation]

/** Whether the picture is mirrored as well as turned. */
export const isMirrored = (orientation: Orientation): boolean => [2, 4, 5, 7].includes(orientation)

/** Size of the shown picture. */
export const orientedSize = (stored: Size, orientation: Orientation): Size =>
  orientation >= 5 ? { width: stored.height, height: stored.width } : { width: stored.width, height: stored.height }

/**
 * The orientation in a display matrix of MP4, MOV or Matroska: nine 32-bit numbers, of which the upper left four turn the picture
 * (ISO/IEC 14496-12, 6.2.2). An angle that is not a quarter turn is taken as the nearest one.
 *
 * @param matrix FFmpeg's side data: nine little-endian int32, 16.16 fixed point
 */
export function orientationOfMatrix(matrix: Uint8Array): Orientation {
  if (matrix.byteLength < 36) return 1
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength)
  const [a, b, c, d] = [0, 4, 12, 16].map((at) => view.getInt32(at, true)) as [number, number, number, number]
  let [best, likeness] = [1 as Orientation, 0]
  for (const [key, [ra, rb, rc, rd]] of Object.entries(orientationAxes)) {
    const product = a * ra + b * rb + c * rc + d * rd
    if (product > likeness * 1.000001) [best, likeness] = [Number(key) as Orientation, product]
  }
  return best
}

/**
 * Turns pixels as the orientation says.
 *
 * @param pixels rows of `size.width` pixels of `channels` bytes, without gaps
 * @returns the pixels of a picture of {@link orientedSize}; the same array for orientation 1
 */
export function orientPixels(pixels: Uint8Array, size: Size, channels: number, orientation: Orientation): Uint8Array {
  if (orientation === 1) return pixels
  const { width, height } = size
  const shown = orientedSize(size, orientation)
  const [a, b, c, d] = orientationAxes[orientation]
  const left = a + c < 0 ? shown.width - 1 : 0
  const top = b + d < 0 ? shown.height - 1 : 0
  const turned = new Uint8Array(pixels.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels
      const to = ((top + b * x + d * y) * shown.width + left + a * x + c * y) * channels
      for (let channel = 0; channel < channels; channel++) turned[to + channel] = pixels[from + channel]!
    }
  }
  return turned
}
