/**
 * Writes a recording without listening to any signal, as a program that uses the library may, until it is interrupted. Its argument
 * is an {@link Interruptible}.
 */
import { createFrame, rewriteMedia, rewriteVideo, writeMedia } from '@colophon/media'
import { longWav } from './long-wav.ts'

export interface Interruptible {
  readonly what: 'rewriting' | 'partial rewriting' | 'writing' | 'parts through a file'
  readonly source: string
  readonly target: string
  /** What the program itself does when the target has grown: it gets a line on its standard input then. */
  readonly does?: 'exit' | 'throw' | 'handle'
}

const { what, source, target, does } = JSON.parse(process.argv[2]!) as Interruptible
const stop = new AbortController()
if (does === 'handle') {
  process.once('SIGINT', () => stop.abort(new Error('The program was asked to stop.')))
  process.once('exit', (code) => process.stdout.write(`ends with ${code}\n`))
}
process.stdin.once('data', () => {
  if (does === 'exit') process.exit(7)
  throw new Error('The program has a fault.')
})
process.stdin.unref?.()

const { signal } = stop
const frames = async function* () {
  for (let index = 0; ; index++) {
    using frame = await createFrame({ width: 320, height: 180, format: 'yuv420p', time: index / 25, duration: 1 / 25 })
    for (const { data } of frame.planes) crypto.getRandomValues(data as Uint8Array<ArrayBuffer>)
    yield frame
  }
}
const preset = 'ultrafast'
try {
  if (what === 'rewriting') await rewriteVideo(source, target, () => {}, { signal, encoding: { preset } })
  else if (what === 'partial rewriting')
    await rewriteVideo(source, target, () => {}, { signal, encoding: { preset }, only: [{ from: 1, to: 230 }] })
  else if (what === 'writing') await writeMedia(target, { video: { frames: frames(), encoding: { preset } }, signal })
  else
    await rewriteMedia(
      longWav(3),
      { write: () => {} },
      { container: 'wav', audio: { transform: (blocks) => blocks }, signal },
    )
  console.log('finished')
} catch (error) {
  console.log(error === signal.reason ? 'stopped' : `failed: ${error}`)
  process.exitCode = 3
}
