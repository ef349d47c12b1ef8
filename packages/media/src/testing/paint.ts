import type { AudioTrack, VideoTrack } from './encode.ts'

export type Colour = readonly [red: number, green: number, blue: number]

/** Eight flat colours that are easy to tell apart and to get wrong. */
export const barColours: readonly Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
  [0, 0, 0],
  [128, 128, 128],
  [200, 150, 100],
  [30, 180, 220],
]

/** Fills a picture by a function of the place. */
export function fill(rgb: Uint8Array, width: number, colour: (x: number, y: number) => Colour): void {
  for (let at = 0; at < rgb.length / 3; at++) rgb.set(colour(at % width, Math.floor(at / width)), at * 3)
}

/** Upright bars of {@link barColours}, from the left. */
export const bars =
  (width: number) =>
  (rgb: Uint8Array): void =>
    fill(rgb, width, (x) => barColours[Math.floor((x * 8) / width)]!)

/** A picture with edges at every scale, which moves with the frames. */
export const texture =
  (width: number) =>
  (rgb: Uint8Array, index: number): void =>
    fill(rgb, width, (x, y) => {
      const value = ((x + index) * 37 + y * 61 + ((x + index) >> 3) * (y >> 3) * 29) % 256
      return [value, (value * 3) % 256, 255 - value]
    })

/** The same colour everywhere. */
export const plain =
  (colour: Colour) =>
  (rgb: Uint8Array): void =>
    fill(rgb, 1, () => colour)

/** Three seconds at 10 frames a second, 128 pixels wide: black, a blurred card, a scene from 1.6 s to 2.2 s, and white. */
export const story = (rgb: Uint8Array, index: number): void => {
  if (index < 10) return plain([0, 0, 0])(rgb)
  if (index < 16) return fill(rgb, 128, (x) => [60 + x / 4, 60 + x / 4, 70])
  return index < 22 ? texture(128)(rgb, index) : plain([255, 255, 255])(rgb)
}

const size = { width: 128, height: 64 }

/** Two seconds of colour bars in H.264. */
export const barsTrack = (more: Partial<VideoTrack> = {}): VideoTrack => ({
  encoder: 'libx264',
  ...size,
  rate: 10,
  frames: 20,
  paint: bars(more.width ?? size.width),
  options: { preset: 'ultrafast', crf: '10' },
  ...more,
})

/** A tone of 440 Hz. */
export const tone = (encoder: string, more: Partial<AudioTrack> = {}): AudioTrack => ({
  encoder,
  sampleRate: 48000,
  channels: 2,
  seconds: 1,
  sample: (time) => 0.3 * Math.sin(2 * Math.PI * 440 * time),
  ...more,
})
