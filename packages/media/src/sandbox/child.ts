/** The program of a sandbox's child process: calls functions of modules as it is told, one after the other. */
import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { told } from './failures.ts'
import type { Inside, Order, Word } from './messages.ts'
import { wireDescriptor } from './messages.ts'
import { Wire } from './wire.ts'

/** Orders come from the process that started this one, which is trusted. */
const longestOrder = 2 ** 32 - 1

const end = (): void => {
  // Not process.exit, which waits for decoders that run in the thread pool.
  process.kill(process.pid, 'SIGKILL')
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

// A thread of its own, since a long computation keeps this one from noticing that the parent is gone.
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
new Worker(new URL(`./orphan${extension}`, import.meta.url), { workerData: process.ppid }).unref()

const socket = new Socket({ fd: wireDescriptor, readable: true, writable: true })
socket.on('close', end)
const wire = new Wire<Word, Order>(socket, longestOrder, obey, end)
wire.send({ ready: process.pid })

async function obey({ id, module, name, args }: Order): Promise<void> {
  const progress: Inside['progress'] = (fraction, note) =>
    wire.send({ id, fraction, ...(note !== undefined && { note }) })
  try {
    const exported = (await import(module))[name]
    if (typeof exported !== 'function') throw new Error(`${module} exports no function "${name}"`)
    const value: unknown = await exported(...args, { progress } satisfies Inside)
    wire.send({ id, value, cpu: cpuSeconds() })
  } catch (thrown) {
    wire.send({ id, ...(told(thrown) ?? { failure: sentenceOf(thrown) }), cpu: cpuSeconds() })
  }
}

function sentenceOf(thrown: unknown): string {
  const { message } = (thrown ?? {}) as { message?: unknown }
  return typeof message === 'string' ? message : String(thrown)
}
