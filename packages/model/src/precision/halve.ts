import { examine } from '../examine.ts'
import { unsupported } from '../failures.ts'
import { load } from '../load.ts'
import type { HalfReport } from '../report.ts'
import { sampleInputs } from '../sample-inputs.ts'
import type { ModelSource } from '../source.ts'
import { measureDeviation, worstOf } from './deviation.ts'
import { halfOf } from './half-file.ts'

/**
 * A model with its weights in half precision, and how far its results then deviate on made-up inputs.
 *
 * @throws ColophonError MODEL_UNSUPPORTED when there is nothing to round, or the results are no numbers; else as `loadModel`
 */
export async function halve(
  source: ModelSource,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; report: HalfReport }> {
  const examined = await examine(source, signal)
  const { bytes, converted, kept } = await halfOf(examined)
  const { name } = examined.source
  if (converted === 0)
    throw unsupported(name, 'in half precision, as it has no single-precision weights worth rounding')
  await using whole = await load(source, { signal })
  await using rounded = await load(bytes, { signal })
  const inputs = [1, 2, 3, 4].map((seed) => sampleInputs(whole.inputs, { seed }))
  const deviation = await measureDeviation(rounded, whole, inputs, signal)
  if (!Number.isFinite(worstOf(deviation)))
    throw unsupported(name, 'in half precision, as some results are then no numbers')
  return { bytes, report: { converted, kept, sizeBefore: examined.size, size: bytes.length, deviation } }
}
