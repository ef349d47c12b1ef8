import { rmSync } from 'node:fs'
import { createFrame, writeMedia } from '@colophon/media'

/** Frames a second. */
const rate = 25

/** Seconds that are encoded; the rest repeats them. */
const seconds = 20

/**
 * Makes a long H.264 video in little time: a short clip is encoded, and its packets are written over and over with later times.
 *
 * @param path its name says the container
 * @param minutes of the video, rounded to whole clips
 * @returns how many frames it has
 */
export async function longVideo(
  path: string,
  { width, height, minutes }: { width: number; height: number; minutes: number },
): Promise<number> {
  const clip = `${path}.clip.mkv`
  await writeMedia(clip, {
    video: {
      frames: painted(width, height),
      frameRate: rate,
      encoding: { preset: 'ultrafast', quality: 24, keyInterval: 2 * rate },
    },
  })
  try {
    const times = Math.max(1, Math.round((minutes * 60) / seconds))
    await repeat(clip, path, times)
    return times * seconds * rate
  } finally {
    rmSync(clip)
  }
}

/** Soft waves that drift, with a grain that does not. */
async function* painted(width: number, height: number) {
  for (let index = 0; index < seconds * rate; index++) {
    using frame = await createFrame({ width, height, format: 'yuv420p', time: index / rate, duration: 1 / rate })
    for (const { holds, data, stride, width, height } of frame.planes)
      for (let y = 0; y < height; y++) {
        const down = 40 * Math.sin((y + 3 * index) / 23)
        for (let x = 0; x < width; x++) {
          const grain = holds === 'y' ? ((x * 7919 + y * 104_729) >>> 3) & 15 : 0
          data[y * stride + x] = 120 + down + 40 * Math.sin((x - 2 * index) / 31) + grain
        }
      }
    yield frame
  }
}

async function repeat(clip: string, path: string, times: number): Promise<void> {
  const [{ FormatContext, Packet }, { AVMEDIA_TYPE_VIDEO }] = await Promise.all([
    import('node-av/lib'),
    import('node-av/constants'),
  ])
  const check = (code: number, doing: string) => {
    if (code < 0) throw new Error(`${doing} failed with ${code}`)
  }
  const output = new FormatContext()
  check(output.allocOutputContext2(null, null, path), 'choosing a container')
  const target = output.newStream()
  using packet = new Packet()
  packet.alloc()
  for (let round = 0; round < times; round++) {
    const input = new FormatContext()
    check(await input.openInput(clip, null, null), 'opening the clip')
    check(await input.findStreamInfo(null), 'reading the clip')
    const source = input.streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_VIDEO)!
    const { num, den } = source.timeBase
    if (round === 0) {
      source.codecpar.copy(target.codecpar)
      target.codecpar.codecTag = 0
      target.timeBase = source.timeBase
      target.avgFrameRate = source.avgFrameRate
      check(await output.openOutput(), 'creating the video')
      check(await output.writeHeader(null), 'beginning the video')
    }
    const later = BigInt(Math.round((round * seconds * den) / num))
    while (input.readFrameSync(packet) >= 0) {
      packet.pts += later
      packet.dts += later
      packet.streamIndex = target.index
      packet.rescaleTs(source.timeBase, target.timeBase)
      check(output.interleavedWriteFrameSync(packet), 'writing a packet')
      packet.unref()
    }
    await input.closeInput()
  }
  check(await output.writeTrailer(), 'ending the video')
  await output.closeOutput()
  output.freeContext()
}
