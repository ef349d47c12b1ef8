import { ColophonError } from '@colophon/core'
import type { Model } from '../model.ts'
import type { Tensor, TensorInput } from '../tensor.ts'

/** How far numbers lie from the ones they should be. */
export interface OutputDeviation {
  /** Largest difference. */
  readonly maxAbs: number
  /** Largest difference relative to the reference, over elements that are at least a thousandth of the largest one. */
  readonly maxRel: number
  /** Root of the mean square of the differences. */
  readonly rmse: number
  /** {@link rmse} relative to the root mean square of the reference; infinite when the reference is zero and the other is not. */
  readonly relativeRmse: number
  /** Cosine of the angle between the two as vectors: 1 when they point the same way. */
  readonly cosine: number
  /** Elements compared. */
  readonly elements: number
}

/** The deviation of each output by its name. */
export type Deviation = Readonly<Record<string, OutputDeviation>>

/** Sums over pairs of numbers, from which a deviation follows. */
class Sums {
  #pairs: (readonly [ArrayLike<number | bigint>, ArrayLike<number | bigint>])[] = []

  add(found: Tensor, reference: Tensor): void {
    this.#pairs.push([found.data as Float32Array, reference.data as Float32Array])
  }

  result(): OutputDeviation {
    let [maxAbs, maxRel, square, ofFound, ofReference, product, largest, elements] = [0, 0, 0, 0, 0, 0, 0, 0]
    for (const [, b] of this.#pairs)
      for (let i = 0; i < b.length; i++)
        if (Number.isFinite(Number(b[i]))) largest = Math.max(largest, Math.abs(Number(b[i])))
    for (const [a, b] of this.#pairs)
      for (let i = 0; i < b.length; i++) {
        const [x, y] = [Number(a[i]), Number(b[i])]
        elements++
        // The same infinity, or no number in both, is no deviation.
        if (Object.is(x, y) || x === y) {
          if (!Number.isFinite(y)) continue
        } else if (!Number.isFinite(x) || !Number.isFinite(y)) {
          maxAbs = maxRel = square = Number.POSITIVE_INFINITY
          continue
        }
        const difference = Math.abs(x - y)
        maxAbs = Math.max(maxAbs, difference)
        if (Math.abs(y) >= largest / 1000 && y !== 0) maxRel = Math.max(maxRel, difference / Math.abs(y))
        square += difference ** 2
        ofFound += x * x
        ofReference += y * y
        product += x * y
      }
    const ratio = square === 0 ? 0 : Math.sqrt(square / ofReference)
    const cosine = ofFound === ofReference && square === 0 ? 1 : product / Math.sqrt(ofFound * ofReference)
    return {
      maxAbs,
      maxRel,
      rmse: elements === 0 ? 0 : Math.sqrt(square / elements),
      relativeRmse: ratio,
      cosine: Number.isFinite(cosine) ? Math.min(1, cosine) : 0,
      elements,
    }
  }
}

/** How far outputs lie from the ones they should be; text is left out. */
export function deviationOf(
  found: readonly Readonly<Record<string, Tensor>>[],
  reference: readonly Readonly<Record<string, Tensor>>[],
): Deviation {
  const sums = new Map<string, Sums>()
  reference.forEach((outputs, run) => {
    for (const [name, wanted] of Object.entries(outputs)) {
      const output = found[run]?.[name]
      if (wanted.type === 'string' || !output) continue
      if (output.data.length !== wanted.data.length)
        throw new RangeError(`"${name}" has ${output.data.length} elements, and the reference ${wanted.data.length}`)
      if (!sums.has(name)) sums.set(name, new Sums())
      sums.get(name)!.add(output, wanted)
    }
  })
  return Object.fromEntries([...sums].map(([name, sum]) => [name, sum.result()]))
}

/**
 * Runs two models on the same inputs and compares what they give.
 *
 * @param inputs one or several sets of inputs
 * @throws ColophonError as {@link Model.run}
 */
export async function measureDeviation(
  model: Pick<Model, 'run'>,
  reference: Pick<Model, 'run'>,
  inputs: readonly Readonly<Record<string, TensorInput>>[],
  signal?: AbortSignal,
): Promise<Deviation> {
  if (inputs.length === 0)
    throw new ColophonError('USAGE', { why: 'To measure a deviation, give at least one set of inputs.' })
  const run = async (model: Pick<Model, 'run'>) => {
    const outputs: Record<string, Tensor>[] = []
    for (const set of inputs) outputs.push(await model.run(set, signal ? { signal } : {}))
    return outputs
  }
  return deviationOf(await run(model), await run(reference))
}

/** The largest relative RMSE of all outputs. */
export const worstOf = (deviation: Deviation): number =>
  Math.max(0, ...Object.values(deviation).map(({ relativeRmse }) => relativeRmse))
