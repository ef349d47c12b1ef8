import type { VideoFrame } from './video-frame.ts'

/** A frame with its neighbours. */
export interface FrameWindow {
  readonly frame: VideoFrame
  /** Frames before it, the nearest last; fewer at the beginning. */
  readonly before: readonly VideoFrame[]
  /** Frames after it, the nearest first; fewer at the end. */
  readonly after: readonly VideoFrame[]
}

/**
 * Gives every frame together with those around it. Each frame is decoded once; as many as a window holds are kept in memory. A
 * window is good until the next one is asked for.
 *
 * @param reach how many frames before and after
 */
export async function* windowed(
  frames: AsyncIterable<VideoFrame>,
  { before, after }: { readonly before: number; readonly after: number },
): AsyncGenerator<FrameWindow, void, void> {
  const held: VideoFrame[] = []
  let at = 0
  const window = (): FrameWindow => ({
    frame: held[at]!,
    before: held.slice(0, at),
    after: held.slice(at + 1, at + 1 + after),
  })
  const step = () => {
    if (at < before) at++
    else held.shift()![Symbol.dispose]()
  }
  try {
    for await (const frame of frames) {
      held.push(frame.clone())
      if (held.length <= at + after) continue
      yield window()
      step()
    }
    while (at < held.length) {
      yield window()
      step()
    }
  } finally {
    for (const frame of held) frame[Symbol.dispose]()
  }
}
