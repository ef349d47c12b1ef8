/** A picture's luma, or any one plane of it, in rows without gaps. Any scale and offset give the same fingerprint. */
export interface FingerprintPlane {
  readonly data: ArrayLike<number>
  readonly width: number
  readonly height: number
}

/** The first byte: how the rest is made. */
const version = 1
/** The plane is averaged over a grid of so many cells a side, whatever its shape. */
const cells = 32
/** Of whose cosine transform the lowest frequencies a side are kept. */
const kept = 12

/** Bits of a fingerprint: the signs of the kept coefficients without the mean. */
export const fingerprintBits = kept * kept - 1

/** Root mean square of the waves, as a share of the plane's largest value, below which they are noise. */
const flat = 1 / 64

/**
 * The perceptual fingerprint of a picture: the signs of the low frequencies of its cosine transform. It hardly changes when the
 * picture is scaled, stretched, compressed, blurred, or made brighter; it does not survive cropping by more than a few per cent, or turning by
 * more than a degree or two (a quarter turn and mirroring aside).
 *
 * It tells that two pictures look the same, not that one carries a mark.
 *
 * @returns 19 bytes, or undefined for a plane that is too flat to be told from another
 */
export function imageFingerprint(plane: FingerprintPlane): Uint8Array | undefined {
  const grid = gridOf(plane)
  const coefficients = lowFrequencies(grid)
  let largest = 0
  for (const value of grid) largest = Math.max(largest, Math.abs(value))
  let power = 0
  for (let i = 1; i < coefficients.length; i++) power += coefficients[i]! ** 2
  // A wave of root mean square r gives the coefficient r cells² / 2.
  if (!(Math.sqrt(power) * 2 > flat * largest * cells * cells)) return undefined
  const bytes = new Uint8Array(1 + Math.ceil(fingerprintBits / 8))
  bytes[0] = version
  for (let i = 0; i < fingerprintBits; i++) if (coefficients[i + 1]! > 0) bytes[1 + (i >> 3)]! |= 1 << (i & 7)
  return bytes
}

/** Means of the plane over a grid of equal cells, exact where a cell cuts through pixels. */
function gridOf({ data, width, height }: FingerprintPlane): Float64Array {
  const row = new Float64Array(cells)
  const grid = new Float64Array(cells * cells)
  const across = sharesOf(width)
  const down = sharesOf(height)
  for (let y = 0; y < height; y++) {
    row.fill(0)
    for (let i = 0; i < cells; i++) {
      const { first, last, head, tail } = across[i]!
      const at = y * width
      let sum = data[at + first]! * head
      for (let x = first + 1; x < last; x++) sum += data[at + x]!
      if (last > first) sum += data[at + last]! * tail
      row[i] = sum
    }
    for (let j = 0; j < cells; j++) {
      const { first, last, head, tail } = down[j]!
      if (y < first || y > last) continue
      const share = y === first ? head : y === last ? tail : 1
      for (let i = 0; i < cells; i++) grid[j * cells + i]! += share * row[i]!
    }
  }
  const area = (width * height) / (cells * cells)
  for (let i = 0; i < grid.length; i++) grid[i]! /= area
  return grid
}

/** Which pixels a cell covers, and how much of the first and last of them. */
const sharesOf = (length: number) =>
  Array.from({ length: cells }, (_, i) => {
    const [from, to] = [(i * length) / cells, ((i + 1) * length) / cells]
    const first = Math.min(length - 1, Math.floor(from))
    const last = Math.max(first, Math.ceil(to) - 1)
    return { first, last, head: Math.min(to, first + 1) - from, tail: to - last }
  })

/** cos(pi u (x + 1/2) / cells) for the kept frequencies. */
const cosines = Float64Array.from({ length: kept * cells }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / cells) * ((i % cells) + 0.5)) / cells),
)

function lowFrequencies(grid: Float64Array): Float64Array {
  const half = new Float64Array(cells * kept)
  for (let y = 0; y < cells; y++)
    for (let u = 0; u < kept; u++) {
      let sum = 0
      for (let x = 0; x < cells; x++) sum += grid[y * cells + x]! * cosines[u * cells + x]!
      half[y * kept + u] = sum
    }
  const low = new Float64Array(kept * kept)
  for (let v = 0; v < kept; v++)
    for (let y = 0; y < cells; y++) {
      const cosine = cosines[v * cells + y]!
      for (let u = 0; u < kept; u++) low[v * kept + u]! += half[y * kept + u]! * cosine
    }
  return low
}

/** A fingerprint in hexadecimal digits; null where there is none. */
export const fingerprintText = (fingerprint: Uint8Array | undefined): string | null =>
  fingerprint ? Buffer.from(fingerprint).toString('hex') : null

/** The reverse of {@link fingerprintText}. @returns undefined for what is no fingerprint of this version */
export const parseFingerprint = (text: string | null | undefined): Uint8Array | undefined => {
  if (text == null || !/^(?:[0-9a-f]{2})+$/.test(text)) return undefined
  const bytes = new Uint8Array(Buffer.from(text, 'hex'))
  return isFingerprint(bytes) ? bytes : undefined
}

/** Whether bytes are a fingerprint of this version. */
export const isFingerprint = (bytes: Uint8Array): boolean =>
  bytes[0] === version && bytes.length === 1 + Math.ceil(fingerprintBits / 8)

/** How a picture may be turned and mirrored: clockwise in quarter turns, after mirroring left to right. */
export const postures = [0, 1, 2, 3].flatMap((turns) => [false, true].map((mirrored) => ({ turns, mirrored })))

export type Posture = (typeof postures)[number]

/**
 * The fingerprint that the picture of a fingerprint would have if it were mirrored and turned. Mirroring turns the signs of odd frequencies, and a
 * quarter turn exchanges the axes besides.
 */
export function inPosture(fingerprint: Uint8Array, { turns, mirrored }: Posture): Uint8Array {
  const out = new Uint8Array(fingerprint.length)
  out[0] = version
  for (let v = 0; v < kept; v++)
    for (let u = 0; u < kept; u++) {
      if (u + v === 0) continue
      // Where the coefficient (v, u) of the turned picture comes from. Clockwise once: new (x, y) is old (y, last - x).
      const [fromU, fromV] = turns % 2 ? [v, u] : [u, v]
      let odd = mirrored ? fromU : 0
      if (turns === 1) odd += u
      if (turns === 2) odd += u + v
      if (turns === 3) odd += v
      const at = fromV * kept + fromU - 1
      const bit = ((fingerprint[1 + (at >> 3)]! >> (at & 7)) & 1) ^ (odd & 1)
      const to = v * kept + u - 1
      out[1 + (to >> 3)]! |= bit << (to & 7)
    }
  return out
}
