import { createHash, type Hash } from 'node:crypto'
import type { Packet } from 'node-av/lib'

/** What was seen of a stream's packets. */
export interface PacketDigest {
  readonly packets: number
  readonly bytes: number
  /** SHA-256 of all payloads, one after the other, in hexadecimal. */
  readonly sha256: string
}

/** Hashes the payloads of packets as they pass. */
export class PacketDigester {
  readonly #hash: Hash = createHash('sha256')
  #packets = 0
  #bytes = 0

  add(packet: Packet): void {
    const { data } = packet
    this.#packets++
    if (!data) return
    this.#bytes += data.length
    this.#hash.update(data)
  }

  digest(): PacketDigest {
    return { packets: this.#packets, bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') }
  }
}
