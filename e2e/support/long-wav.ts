import type { RangeReader } from '@colophon/media'

/** The sound of a long recording: stereo, 16 bits, each sample computed from where it stands. */
export interface LongWav extends RangeReader {
  readonly sampleRate: number
  /** Of each channel. */
  readonly samples: number
  /** Bytes before the first sample. */
  readonly headerSize: number
  /** Bytes of the sound from an offset in it. */
  sound(offset: number, length: number): Uint8Array
}

const frameBytes = 4
/** Bytes after which the sound is the same again. */
const period = 2 ** 20

/**
 * A WAV recording of any length that lies nowhere: its bytes are computed when they are read. It is written as RF64 (EBU Tech 3306),
 * whose sizes have 64 bits.
 */
export function longWav(hours: number, sampleRate = 48_000): LongWav {
  const samples = Math.round(hours * 3600 * sampleRate)
  const soundBytes = samples * frameBytes
  const header = headerOf(samples, sampleRate)
  const sound = Uint8Array.from({ length: 2 * period }, (_, index) => ((index % period) * 40_503) >>> 8)
  const large = new Uint8Array(256 * 1024)
  return {
    sampleRate,
    samples,
    headerSize: header.length,
    size: header.length + soundBytes,
    async read(start, length) {
      const end = Math.min(start + length, header.length + soundBytes)
      const size = Math.max(0, end - start)
      // What is read piece by piece is looked at before the next piece is asked for.
      const bytes = size === large.length ? large : new Uint8Array(size)
      const head = header.subarray(start, Math.min(end, header.length))
      bytes.set(head)
      for (let filled = head.length; filled < bytes.length; ) {
        const from = (start + filled - header.length) % period
        const piece = sound.subarray(from, from + Math.min(period, bytes.length - filled))
        bytes.set(piece, filled)
        filled += piece.length
      }
      return bytes
    },
    sound: (offset, length) => sound.subarray(offset % period, (offset % period) + length),
  }
}

function headerOf(samples: number, sampleRate: number): Uint8Array {
  const header = Buffer.alloc(80)
  const bytes = samples * frameBytes
  const text = (at: number, value: string) => header.write(value, at, 'latin1')
  text(0, 'RF64')
  header.writeUInt32LE(0xffffffff, 4)
  text(8, 'WAVEds64')
  header.writeUInt32LE(28, 16)
  header.writeBigUInt64LE(BigInt(header.length + bytes - 8), 20)
  header.writeBigUInt64LE(BigInt(bytes), 28)
  header.writeBigUInt64LE(BigInt(samples), 36)
  text(48, 'fmt ')
  header.writeUInt32LE(16, 52)
  header.writeUInt16LE(1, 56)
  header.writeUInt16LE(2, 58)
  header.writeUInt32LE(sampleRate, 60)
  header.writeUInt32LE(sampleRate * frameBytes, 64)
  header.writeUInt16LE(frameBytes, 68)
  header.writeUInt16LE(16, 70)
  text(72, 'data')
  header.writeUInt32LE(0xffffffff, 76)
  return header
}
