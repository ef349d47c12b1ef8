import { resample } from '@colophon/media'
import type { Preset } from './preset.ts'

/** A measured response as a preset holds it. */
export type StoredResponse = NonNullable<NonNullable<Preset['reverb']>['response']>

/**
 * Puts a measured response into the form of a preset.
 *
 * @param channels what follows the direct sound, for left and right or for all alike @param wet dB, as the stage has it
 */
export const storeResponse = (channels: readonly Float32Array[], sampleRate: number, wet: number): StoredResponse => ({
  sampleRate,
  wet,
  channels: channels.map((samples) => {
    const bytes = new DataView(new ArrayBuffer(samples.length * 4))
    for (let n = 0; n < samples.length; n++) bytes.setFloat32(n * 4, samples[n]!, true)
    return Buffer.from(bytes.buffer).toString('base64')
  }),
})

/**
 * A measured response as it is used: for each channel what follows the direct sound, at another sample rate if need be. Channels that were
 * not measured get those there are in turn.
 *
 * @param wet dB, as the stage has it by now
 */
export function storedResponse(
  response: StoredResponse,
  wet: number,
  sampleRate: number,
  channels: number,
): Float32Array[] {
  const measured = response.channels.map((text) => {
    const bytes = Buffer.from(text, 'base64')
    return Float64Array.from({ length: Math.floor(bytes.length / 4) }, (_, n) => bytes.readFloatLE(n * 4))
  })
  // A response is a filter: with more samples a second each is the smaller for it.
  const gain = (10 ** ((wet - response.wet) / 20) * response.sampleRate) / sampleRate
  const length = Math.min(...measured.map((samples) => samples.length))
  const whole = measured.map((samples) => samples.subarray(0, length))
  const made = response.sampleRate === sampleRate ? whole : resample(whole, response.sampleRate, sampleRate)
  const used = made.map((samples) => Float32Array.from(samples, (value) => value * gain))
  return Array.from({ length: channels }, (_, channel) => used[channel % used.length]!)
}
