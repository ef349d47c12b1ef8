/** Bytes of Matroska elements and MP4 boxes, for files that no encoder would write. */
export const bytesFrom = (...parts: readonly (Uint8Array | string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part as Uint8Array))))

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

export const u64 = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** An MP4 box. */
export const box = (type: string, ...content: readonly (Uint8Array | string | readonly number[])[]): Buffer => {
  const inner = bytesFrom(...content)
  return bytesFrom(u32(inner.length + 8), type, inner)
}

/** A Matroska element: its id as hexadecimal digits, then its content with a size of four bytes. */
export const element = (id: string, ...content: readonly (Uint8Array | string | readonly number[])[]): Buffer => {
  const inner = bytesFrom(...content)
  return bytesFrom(Buffer.from(id, 'hex'), u32((0x10000000 | inner.length) >>> 0), inner)
}
