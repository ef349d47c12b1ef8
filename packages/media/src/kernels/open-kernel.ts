import { readFileSync } from 'node:fs'
import { ColophonError } from '@colophon/core'

/**
 * What is used of WebAssembly's JavaScript interface; its types come with the browser's library alone, which this code does
 * not have.
 */
interface WasmInterface {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}
const { Module, Memory, Instance } = (globalThis as unknown as { WebAssembly: WasmInterface }).WebAssembly

/** An instance of a kernel with memory of its own. */
export interface Kernel<Functions> {
  readonly functions: Functions
  /** The kernel's memory. It never grows, so views of it stay valid for as long as anything holds them. */
  readonly buffer: ArrayBuffer
}

const modules = new Map<string, object>()

/**
 * Opens a compiled kernel in a memory of its own, all of it zero. The caller lays that memory out: whatever
 * addresses it hands to the functions are its choice, from 0 on. There is nothing to free; an instance and its memory go when
 * nothing holds them any more. The module is compiled once, at the first call. `tools/kernels.ts` says how to add a kernel.
 *
 * @param name file name without `.wasm`
 * @param bytes how much memory it needs; rounded up to whole pages of 64 KiB, at most 4 GiB
 * @param beside address of a module in the folder where the kernel lies (its `import.meta.url`). Default: this room's own kernels
 * @throws ColophonError MEDIA_KERNEL_MISSING if it was not compiled
 */
export function openKernel<Functions>(name: string, bytes: number, beside = import.meta.url): Kernel<Functions> {
  const { href } = new URL(`./${name}.wasm`, beside)
  const module = modules.get(href) ?? compiled(name, href)
  modules.set(href, module)
  const pages = Math.max(1, Math.ceil(bytes / 65536))
  const memory = new Memory({ initial: pages, maximum: pages })
  const { exports } = new Instance(module, { env: { memory } })
  return { functions: exports as Functions, buffer: memory.buffer }
}

function compiled(name: string, href: string): object {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(new URL(href))
  } catch (cause) {
    throw new ColophonError('MEDIA_KERNEL_MISSING', { kernel: name }, { cause })
  }
  return new Module(bytes)
}
