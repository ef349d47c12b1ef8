import type { Packet } from 'node-av/lib'
import { Channel } from '../write/channel.ts'

/** One stream on its way from the packets that are read to those that are written. */
export interface Track {
  /** Takes the stream's next packet, which stays the caller's. Waits while enough are at work. */
  put(packet: Packet): Promise<void>
  /** No more packets come. Resolves when everything is written. */
  end(): Promise<void>
  /** Gives up. Resolves when nothing is at work any more. */
  stop(): Promise<void>
}

/** Packets that wait for the decoder. */
const waiting = 8

/** Work on the packets of a stream that goes on while others are read. */
export class Working<T> implements Track {
  readonly #packets = new Channel<Packet>(waiting)
  /** What the work gives in the end. */
  readonly done: Promise<T>

  /** @param work gets packets that are good until the next is asked for */
  constructor(work: (packets: AsyncIterable<Packet>) => Promise<T>) {
    this.done = work(this.#taken()).finally(() => {
      this.#packets.end()
      for (const packet of this.#packets.drain()) packet.free()
    })
    // A failure is told when the next packet comes, or at the end.
    this.done.catch(() => {})
  }

  async put(packet: Packet): Promise<void> {
    const own = packet.clone()!
    if (await this.#packets.put(own)) return
    own.free()
    await this.done
  }

  async end(): Promise<void> {
    this.#packets.end()
    await this.done
  }

  async stop(): Promise<void> {
    this.#packets.fail(new Error('The work was given up.'))
    await this.done.catch(() => {})
  }

  async *#taken(): AsyncGenerator<Packet, void, void> {
    for await (const packet of this.#packets) {
      try {
        yield packet
      } finally {
        packet.free()
      }
    }
  }
}
