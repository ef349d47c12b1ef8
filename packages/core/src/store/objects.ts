import type { Digest } from '../value/hash.ts'
import type { ByteRange } from '../value/ref.ts'
import type { TempFile } from '../value/value-type.ts'

/** What is known of bytes once they are in. */
export interface Stored {
  readonly digest: Digest
  readonly size: number
}

/** Where a call keeps what it has done so far. */
export interface WorkFolder {
  readonly path: string
  /** Lets go of it; whoever asks for the same next gets it as it is. */
  keep(): Promise<void>
  remove(): Promise<void>
}

/**
 * The port behind which a store keeps blobs and long data, named by their digest, apart for each tenant.
 *
 * What a driver promises: an object is there whole or not at all, whatever is killed; writing one that is there already changes
 * nothing; bytes are streamed, never held whole.
 */
export interface Objects {
  /** Takes a stream in and names it by what it held. */
  write(tenant: string, source: AsyncIterable<Uint8Array>): Promise<Stored>
  /** Takes a finished scratch file in, by moving it. */
  adopt(tenant: string, file: TempFile): Promise<Stored>
  /** Writes long data whose digest is known. */
  put(tenant: string, digest: Digest, bytes: Uint8Array): Promise<void>
  has(tenant: string, digest: Digest): Promise<boolean>
  /** All bytes of an object, or a part of them, in pieces that the receiver may keep. */
  stream(tenant: string, digest: Digest, range?: ByteRange): AsyncIterable<Uint8Array>
  /** The same in pieces that are good only until the next is asked for. */
  scan(tenant: string, digest: Digest, range?: ByteRange): AsyncIterable<Uint8Array>
  /** A local file that holds the object, to be read only. */
  path(tenant: string, digest: Digest): Promise<string>
  /** A scratch file's name, on the same disk as the objects. */
  temp(extension?: string): Promise<TempFile>
  /**
   * A folder for the scratch files of one call, kept when the process dies: the next to ask for that key gets it as it is. Two never get
   * the same at once; whoever comes second gets one of its own. What nobody comes back for is cleared after a week.
   *
   * @param key letters and digits
   */
  workFolder(tenant: string, key: string): Promise<WorkFolder>
  /** Every object, for verification. */
  list(): AsyncIterable<{ tenant: string; digest: Digest; size: number }>
  close(): Promise<void>
}
