import golden from './vectors.golden.json' with { type: 'json' }

/** What SciPy and PyWavelets give (`vectors.py`); numbers as base64 of little-endian float64. */
export const vectors = golden

/** The numbers of one stored text. */
export function stored(text: string): Float64Array {
  const bytes = Uint8Array.fromBase64(text)
  return new Float64Array(bytes.buffer)
}

/** Both planes of stored complex numbers. */
export const storedComplex = ({ re, im }: { re: string; im: string }): [Float64Array, Float64Array] => [
  stored(re),
  stored(im),
]
