/**
 * Compiles the SIMD kernels (`npm run prepare`, which `npm ci` runs): every `packages/ROOM/assembly/NAME.ts`,
 * AssemblyScript, becomes `packages/ROOM/src/kernels/NAME.wasm`, which git ignores and packing takes along.
 *
 * To add a kernel: write `assembly/NAME.ts` with exported functions that take addresses and lengths, run `npm run
 * prepare`, open it with `openKernel('NAME', bytes)` of `src/kernels/open-kernel.ts`, and write a property test that
 * holds it to a plain TypeScript reference. What several kernels import lies in a folder of `assembly/`. Kernels have
 * no runtime: no classes, arrays or strings, only numbers, `load`, `store` and `v128`. They use baseline SIMD alone:
 * relaxed instructions give other bits on other machines, and a result must not depend on where it was made.
 */
import { execFile } from 'node:child_process'
import { globSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')

const options = ['--runtime=stub', '--importMemory', '--noExportMemory', '--enable=simd', '--use=abort=', '--noAssert']
const optimize = ['--optimizeLevel=3', '--shrinkLevel=0', '--converge']

/** Compiles one source; the same source gives the same bytes. */
async function compile(source: string): Promise<string> {
  const kernel = join(source, '../../src/kernels', `${basename(source, '.ts')}.wasm`)
  const args = ['node_modules/assemblyscript/bin/asc.js', source, `--outFile=${kernel}`, ...options, ...optimize]
  await promisify(execFile)(process.execPath, args, { cwd: root }).catch((error: { stderr?: string }) => {
    throw new Error(`${source} does not compile.\n${error.stderr ?? error}`)
  })
  return kernel
}

const sources = globSync('packages/*/assembly/*.ts', { cwd: root }).sort()
const kernels = await Promise.all(sources.map(compile))
// One whose source is gone would still be packed.
for (const left of globSync('packages/*/src/kernels/*.wasm', { cwd: root })) {
  if (!kernels.includes(left)) rmSync(join(root, left))
}
