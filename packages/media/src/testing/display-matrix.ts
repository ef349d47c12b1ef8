/** A display matrix as FFmpeg keeps it: nine int32, 16.16 fixed point, the last 2.30. */
export function displayMatrix([a, b, c, d]: readonly [number, number, number, number]): Buffer {
  const matrix = Buffer.alloc(36)
  for (const [at, value] of [
    [0, a],
    [4, b],
    [12, c],
    [16, d],
  ] as const)
    matrix.writeInt32LE(value * 65536, at)
  matrix.writeInt32LE(1 << 30, 32)
  return matrix
}
