import { fromLight, toLight } from '../pixels/colour-transfer.ts'

/** How the numbers of a picture stand for light. */
export type Transfer = 'pq' | 'hlg' | 'sdr'

/** Light of white in the picture that is made: reference white of ITU-R BT.2408, in cd/m². */
const referenceWhite = 203
/** Light that still gets a shade of its own, in cd/m²: most pictures are mastered for it. */
const peak = 1000

/** Light of a PQ number, 0 to 1, in multiples of reference white (SMPTE ST 2084). */
export const lightOfPq = (value: number): number => (toLight(value, 'pq') * 10_000) / referenceWhite

/** Light in the scene of an HLG number, 0 to 1 (ARIB STD-B67). */
export const lightOfHlg = (value: number): number => toLight(value, 'hlg')

/** Up to here light stays as it is; what is brighter is pressed together, up to {@link peak}. */
const knee = 0.75
/** Makes the curve below go on without a bend at the knee. */
const curve = 71.5

/** Brings light of 0..peak into 0..1. */
export function compressed(light: number): number {
  if (light <= knee) return light
  const share = (light - knee) / (peak / referenceWhite - knee)
  return Math.min(1, knee + ((1 - knee) * Math.log1p(curve * share)) / Math.log1p(curve))
}

/** Primaries of BT.2020 in those of BT.709 (ITU-R BT.2087). */
const toBt709 = [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187] as const
const asIs = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const

const steps = 65_535

/** One entry for each 16-bit number. */
const table = (of: (value: number) => number): Float32Array =>
  Float32Array.from({ length: steps + 1 }, (_, index) => of(index / steps))

/**
 * Brings pictures of high dynamic range or wide colours into sRGB: light beyond reference white is pressed together, colours
 * beyond sRGB are clipped.
 *
 * @param samples red, green and blue of each pixel, in 16 bits
 * @param wide whether the primaries are those of BT.2020
 */
export function toSrgb(samples: Uint16Array, transfer: Transfer, wide: boolean): Uint8Array {
  const light = table({ pq: lightOfPq, hlg: lightOfHlg, sdr: (value: number) => toLight(value, 'srgb') }[transfer])
  const shade = table((value) => fromLight(value, 'srgb') * 255)
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = wide ? toBt709 : asIs
  const result = new Uint8Array(samples.length)
  for (let at = 0; at < samples.length; at += 3) {
    const [r, g, b] = [light[samples[at]!]!, light[samples[at + 1]!]!, light[samples[at + 2]!]!]
    // HLG tells the light of the scene; a display of the peak's brightness shows it so (BT.2100, gamma 1.2).
    const shown = transfer === 'hlg' ? (peak / referenceWhite) * (0.2627 * r + 0.678 * g + 0.0593 * b) ** 0.2 : 1
    const red = Math.max(0, rr * r + rg * g + rb * b) * shown
    const green = Math.max(0, gr * r + gg * g + gb * b) * shown
    const blue = Math.max(0, br * r + bg * g + bb * b) * shown
    const most = Math.max(red, green, blue)
    // All three by the same factor, so that hues stay.
    const factor = steps * (most > knee && transfer !== 'sdr' ? compressed(most) / most : 1)
    result[at] = Math.round(shade[Math.min(steps, Math.round(red * factor))]!)
    result[at + 1] = Math.round(shade[Math.min(steps, Math.round(green * factor))]!)
    result[at + 2] = Math.round(shade[Math.min(steps, Math.round(blue * factor))]!)
  }
  return result
}
