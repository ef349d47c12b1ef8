import { closeSync, openSync, readSync } from 'node:fs'

/** Numbers `from` up to, not including, `to` of a file of 32-bit floats. */
export function readNumbers(path: string, from: number, to: number): Float32Array {
  const numbers = new Float32Array(to - from)
  const bytes = new Uint8Array(numbers.buffer)
  const file = openSync(path, 'r')
  try {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(file, bytes, done, bytes.length - done, from * 4 + done)
      if (read === 0) throw new Error(`${path} is shorter than it was.`)
      done += read
    }
  } finally {
    closeSync(file)
  }
  return numbers
}
