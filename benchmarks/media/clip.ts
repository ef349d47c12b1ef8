import { createFrame, writeMedia } from '@colophon/media'

export const clip = { width: 1280, height: 720, rate: 25 } as const

/** Makes a clip with sound: a texture with edges at every scale that moves across a brighter ground, and a grain of its own. */
export async function makeClip(path: string, seconds: number): Promise<number> {
  const frames = Math.round(seconds * clip.rate)
  await writeMedia(path, {
    video: { frames: painted(frames), frameRate: clip.rate, encoding: { quality: 18, preset: 'veryfast' } },
    audio: { blocks: tone(seconds) },
  })
  return frames
}

async function* painted(frames: number) {
  const { width, height, rate } = clip
  for (let index = 0; index < frames; index++) {
    using frame = await createFrame({ width, height, format: 'yuv420p', time: index / rate, duration: 1 / rate })
    for (const { holds, data, stride, width, height } of frame.planes)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const [u, v] = [x + 3 * index, y + index]
          const edges = ((u >> 4) ^ (v >> 4)) & 7
          const waves = 30 * Math.sin(u / 19) + 30 * Math.sin(v / 37 + (x * y) / 20_000)
          const grain = holds === 'y' ? (Math.imul(x * 31 + y * 57 + index * 101, 0x9e3779b1) >>> 29) - 4 : 0
          data[y * stride + x] = 110 + waves + 6 * edges + grain
        }
    yield frame
  }
}

async function* tone(seconds: number) {
  const sampleRate = 48_000
  for (let second = 0; second < seconds; second++) {
    const length = Math.min(1, seconds - second) * sampleRate
    const samples = Float32Array.from(
      { length },
      (_, index) => 0.2 * Math.sin((2 * Math.PI * 440 * (second * sampleRate + index)) / sampleRate),
    )
    yield { time: second, sampleRate, layout: 'stereo', channels: [samples, samples.slice()], length }
  }
}
