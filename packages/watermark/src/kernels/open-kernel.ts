import { type Kernel, openKernel } from '@colophon/media'

/** Opens a compiled kernel of this room; see {@link openKernel}. */
export const openWatermarkKernel = <Functions>(name: string, bytes: number): Kernel<Functions> =>
  openKernel(name, bytes, import.meta.url)
