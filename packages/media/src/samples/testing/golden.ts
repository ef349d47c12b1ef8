import golden from '../samples.golden.json' with { type: 'json' }

/** What SciPy gives, of `vectors.py`. */
export const { resampling, convolution, overlap } = golden

/** The numbers of a stored array. */
export const unpacked = (text: string): Float64Array =>
  new Float64Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)

/** Cuts an array into blocks of the given lengths, over and over. */
export function* blocksOf<T extends Float32Array | Float64Array>(samples: T, lengths: readonly number[]): Generator<T> {
  for (let at = 0, turn = 0; at < samples.length; turn++) {
    const length = lengths[turn % lengths.length]!
    yield samples.subarray(at, at + length) as T
    at += length
  }
}

/** Blocks one after the other as one array. */
export function joined<T extends Float32Array | Float64Array>(first: T, ...more: readonly T[]): T {
  const blocks = [first, ...more]
  const whole = new (first.constructor as new (length: number) => T)(
    blocks.reduce((sum, { length }) => sum + length, 0),
  )
  let at = 0
  for (const block of blocks) {
    whole.set(block, at)
    at += block.length
  }
  return whole
}
