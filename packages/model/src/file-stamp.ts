import { stat } from 'node:fs/promises'

/** Seconds after which a change of a file surely shows in its times, even where a file system keeps them to two seconds. */
const settling = 3

/** What the system says of a file's identity and last change. */
export interface FileStamp {
  readonly text: string
  /** Whether the file was left alone long enough that another change would show in its stamp. */
  readonly settled: boolean
}

/** @throws as `stat` of node:fs */
export async function stampOf(path: string): Promise<FileStamp> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  const last = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n)
  return { text: [dev, ino, size, mtimeNs, ctimeNs].join(' '), settled: Date.now() - last > settling * 1000 }
}
