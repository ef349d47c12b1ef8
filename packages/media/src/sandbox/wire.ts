import type { Duplex } from 'node:stream'
import { deserialize, serialize } from 'node:v8'

const lengthBytes = 4

/**
 * Messages over a byte stream: a length of four bytes, then the message as V8 serializes it, so that typed arrays, maps, dates and
 * big integers pass. Unlike Node's own channel it refuses a message that is longer than agreed before it is gathered: the other
 * side may have been taken over by what it read.
 */
export class Wire<Sent, Received> {
  readonly #stream: Duplex
  readonly #longest: number
  readonly #onMessage: (message: Received) => void
  readonly #onNonsense: (why: string) => void
  #pieces: Buffer[] = []
  #held = 0
  #closed = false

  /**
   * @param longest bytes of a message that is still received
   * @param onNonsense is called once with what is wrong with what came in; nothing is received after that
   */
  constructor(
    stream: Duplex,
    longest: number,
    onMessage: (message: Received) => void,
    onNonsense: (why: string) => void,
  ) {
    this.#stream = stream
    this.#longest = longest
    this.#onMessage = onMessage
    this.#onNonsense = onNonsense
    stream.on('data', (piece: Buffer) => this.#receive(piece))
    // The end of the other process is told by its exit.
    stream.on('error', () => {})
  }

  /** @throws DOMException DataCloneError for what cannot be serialized, e.g. a function */
  send(message: Sent): void {
    const body = serialize(message)
    const head = Buffer.alloc(lengthBytes)
    head.writeUInt32BE(body.length)
    this.#stream.write(Buffer.concat([head, body]))
  }

  #receive(piece: Buffer): void {
    if (this.#closed) return
    this.#pieces.push(piece)
    this.#held += piece.length
    while (this.#held >= lengthBytes) {
      const head = this.#take(lengthBytes, false)
      const length = head.readUInt32BE()
      if (length > this.#longest)
        return this.#close(`it sent a message of ${length} bytes, and ${this.#longest} are allowed`)
      if (this.#held < lengthBytes + length) return
      this.#take(lengthBytes, true)
      const body = this.#take(length, true)
      let message: Received
      try {
        message = deserialize(body) as Received
      } catch {
        return this.#close('it sent a message that cannot be read')
      }
      this.#onMessage(message)
      if (this.#closed) return
    }
  }

  /** The first bytes of what is held; they are let go of if they are used up. */
  #take(length: number, used: boolean): Buffer {
    if (this.#pieces.length > 1 && this.#pieces[0]!.length < length) this.#pieces = [Buffer.concat(this.#pieces)]
    const [first = Buffer.alloc(0)] = this.#pieces
    if (used) {
      this.#held -= length
      if (first.length === length) this.#pieces.shift()
      else this.#pieces[0] = first.subarray(length)
    }
    return first.subarray(0, length)
  }

  #close(why: string): void {
    this.#closed = true
    this.#pieces = []
    this.#held = 0
    this.#onNonsense(why)
  }
}
