#!/bin/sh
':' //; export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"; if [ -f "${0%/*}/node" ]; then exec "${0%/*}/node" --max-semi-space-size=4 "$0" "$@"; else exec node --max-semi-space-size=4 "$0" "$@"; fi

// To a shell the line above is a program: it starts this file with the Node that is installed beside it, which saves
// starting an older one first. To Node it is a text and a comment. Where the shell had no say, any Node from 18 gets
// here, and hands over to the pinned one when it is too old itself. Both settings are for memory: garbage of media work is short-lived, and
// the C library would keep a heap for each of eight threads and more.
import { existsSync, readFileSync } from 'node:fs'
import * as module from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const needed = 26
const memory = '--max-semi-space-size=4'
const here = fileURLToPath(import.meta.url)

const isNewEnough = (version) => Number.parseInt(version, 10) >= needed

const pinnedNode = () => {
  try {
    const manifest = module.createRequire(here).resolve('node/package.json')
    const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return isNewEnough(JSON.parse(readFileSync(manifest, 'utf8')).version) && existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}

const handOver = async (node) => {
  const { spawn } = await import('node:child_process')
  const child = spawn(node, [...new Set([memory, ...process.execArgv]), here, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { MALLOC_ARENA_MAX: '2', ...process.env },
  })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const forward = (signal) => child.kill(signal)
  for (const signal of signals) process.on(signal, forward)
  child.on('error', (error) => {
    console.error(`colophon: The pinned Node.js at ${node} does not start: ${error.message}. Run "npm ci" again.`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    for (const each of signals) process.off(each, forward)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code ?? 1
  })
}

if (isNewEnough(process.versions.node)) {
  // In the user's own cache folder, not in the shared /tmp that is Node's default.
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE || join(cache, 'colophon', 'compiled'))
  const source = new URL('../src/main.ts', import.meta.url)
  await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href)
} else {
  const node = pinnedNode()
  if (node) await handOver(node)
  else {
    console.error(`colophon: Node.js ${needed} or newer is needed, and this is ${process.versions.node}. Install it.`)
    process.exitCode = 1
  }
}
