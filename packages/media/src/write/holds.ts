import type { CodecParameters } from 'node-av/lib'
import type { Av } from '../av/library.ts'
import type { Container } from './containers.ts'

/** Whether a container takes a stream of some codec, found out by beginning a file of nothing else that goes nowhere. */
export async function holds(
  av: Av,
  { muxer, options, streamed }: Container,
  codecpar: CodecParameters,
  timeBase: { readonly num: number; readonly den: number },
): Promise<boolean> {
  const context = new av.FormatContext()
  const nowhere = new av.IOContext()
  try {
    if (context.allocOutputContext2(null, muxer, null) < 0) return false
    const stream = context.newStream()
    codecpar.copy(stream.codecpar)
    stream.codecpar.codecTag = 0
    stream.timeBase = new av.Rational(timeBase.num, timeBase.den)
    nowhere.allocContextWithCallbacks(4096, 1, null, (bytes) => bytes.length, null)
    context.pb = nowhere
    using dictionary = av.Dictionary.fromObject({ ...options, ...streamed })
    return (await context.writeHeader(dictionary)) >= 0
  } finally {
    context.pb = null
    nowhere.freeContext()
    context.freeContext()
  }
}
