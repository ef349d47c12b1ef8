/**
 * How numbers of 0 to 1 stand for light. What they stand for differs: `srgb`, `bt709`, `bt1886` and `linear` give light in shares of
 * white; `pq` shares of 10,000 cd/m² on the display; `hlg` shares of the brightest light in the scene.
 */
export type TransferName = 'srgb' | 'bt709' | 'bt1886' | 'pq' | 'hlg' | 'linear'

interface Curve {
  readonly light: (value: number) => number
  readonly value: (light: number) => number
}

/** SMPTE ST 2084, ITU-R BT.2100-2 table 4. */
const pq = { m1: 2610 / 16_384, m2: 2523 / 32, c1: 3424 / 4096, c2: 2413 / 128, c3: 2392 / 128 }
/** ARIB STD-B67, ITU-R BT.2100-2 table 5; b and c follow from a. Its digits bring the curve within 3e-8 of 1. */
const a = 0.17883277
const b = 1 - 4 * a
const c = 0.5 - a * Math.log(4 * a)

/** ITU-R BT.709-6 1.2, with the digits of BT.2020-2 table 4 for 12 bits, at which the two parts meet without a jump. */
const alpha = 1.09929682680944
const beta = 0.018053968510807

/** Numbers below 0 as the mirror of those above. */
const mirrored =
  (curve: (value: number) => number) =>
  (value: number): number =>
    value < 0 ? -curve(-value) : curve(value)

const curves: Readonly<Record<TransferName, Curve>> = {
  // IEC 61966-2-1.
  srgb: {
    light: mirrored((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)),
    value: mirrored((light) => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055)),
  },
  bt709: {
    light: mirrored((value) => (value < 4.5 * beta ? value / 4.5 : ((value + alpha - 1) / alpha) ** (1 / 0.45))),
    value: mirrored((light) => (light < beta ? light * 4.5 : alpha * light ** 0.45 - (alpha - 1))),
  },
  // ITU-R BT.1886 annex 1, of a display whose black is without light.
  bt1886: {
    light: (value) => Math.max(0, value) ** 2.4,
    value: (light) => Math.max(0, light) ** (1 / 2.4),
  },
  pq: {
    light: (value) => {
      const power = Math.max(0, value) ** (1 / pq.m2)
      return (Math.max(power - pq.c1, 0) / (pq.c2 - pq.c3 * power)) ** (1 / pq.m1)
    },
    value: (light) => {
      const power = Math.max(0, light) ** pq.m1
      return ((pq.c1 + pq.c2 * power) / (1 + pq.c3 * power)) ** pq.m2
    },
  },
  hlg: {
    light: (value) => (value <= 0.5 ? Math.max(0, value) ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12),
    value: (light) => (light <= 1 / 12 ? Math.sqrt(3 * Math.max(0, light)) : a * Math.log(12 * light - b) + c),
  },
  linear: { light: (value) => value, value: (light) => light },
}

/**
 * Light that a number stands for. `bt709` is the inverse of the camera's curve, `bt1886` what a display makes of the same numbers.
 * Numbers below 0 give 0, or for `srgb`, `bt709` and `linear` negative light, which colours of wider primaries have.
 */
export const toLight = (value: number, transfer: TransferName): number => curves[transfer].light(value)

/** The number that stands for light: the inverse of {@link toLight}. */
export const fromLight = (light: number, transfer: TransferName): number => curves[transfer].value(light)

/** {@link toLight} of each number. @param into where to put them; may be `values` itself. Default: a new array */
export function allToLight<A extends Float32Array | Float64Array>(
  values: A,
  transfer: TransferName,
  into: A = values.slice() as A,
): A {
  return through(values, curves[transfer].light, into)
}

/** {@link fromLight} of each number. @param into where to put them; may be `light` itself. Default: a new array */
export function allFromLight<A extends Float32Array | Float64Array>(
  light: A,
  transfer: TransferName,
  into: A = light.slice() as A,
): A {
  return through(light, curves[transfer].value, into)
}

function through<A extends Float32Array | Float64Array>(from: A, curve: (value: number) => number, into: A): A {
  if (into.length !== from.length) throw new RangeError(`${from.length} numbers do not go into ${into.length}.`)
  for (let at = 0; at < from.length; at++) into[at] = curve(from[at]!)
  return into
}
