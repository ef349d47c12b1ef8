import { readPicture } from '@colophon/media'
import { attackPicture } from '@colophon/watermark'
import { ours } from './ours.ts'
import { qualityOf } from './quality.ts'
import { idOf } from './random.ts'

/** One payload in one picture, and what is to be done to it. */
export interface SurvivalJob {
  /** A PNG file of 8-bit RGB. */
  readonly path: string
  readonly name: string
  readonly payload: number
  readonly attacks: readonly string[]
}

/** What came of it. */
export interface Survival {
  /** Of all channels, in dB. */
  readonly psnr: number
  /** Of luma. */
  readonly ssim: number
  readonly embedMs: number
  /** By attack. */
  readonly rows: Readonly<Record<string, AttackResult>>
}

export interface AttackResult {
  readonly exact: boolean
  /** Something was found that was not hidden: worse than nothing. */
  readonly wrong: boolean
  readonly pValue: number
  readonly bitErrors: number | null
  readonly ms: number
}

/** Hides a payload, attacks copies and looks for it. Runs on a worker thread. */
export async function survivalOf({ path, name, payload, attacks }: SurvivalJob): Promise<Survival> {
  const picture = await readPicture(path)
  const [key, id] = [`benchmark key ${payload}`, idOf(`${name} ${payload}`)]
  const began = performance.now()
  const marked = ours.embed(picture, id, key)
  const embedMs = performance.now() - began
  const rows: Record<string, AttackResult> = {}
  for (const attack of attacks) {
    const copy = await attackPicture(marked, attack, `${name} ${payload}`)
    const looked = performance.now()
    const found = ours.detect(copy, key)
    rows[attack] = {
      exact: found.id === id,
      wrong: found.id !== undefined && found.id !== id,
      pValue: found.pValue,
      bitErrors: found.bitErrors,
      ms: performance.now() - looked,
    }
  }
  return { ...qualityOf(picture, marked), embedMs, rows }
}
