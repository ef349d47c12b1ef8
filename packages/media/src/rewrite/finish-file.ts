import type { Located } from '../stream/source.ts'

/** Puts into a written file what FFmpeg's muxers were not told. */
export async function finishFile(_path: string, _container: string, _source: Located): Promise<void> {}
