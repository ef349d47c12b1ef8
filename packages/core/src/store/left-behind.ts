import { readFileSync, statSync } from 'node:fs'
import { hostname } from 'node:os'

/** Names of scratch files and folders begin with the machine and process that made them, so that those of dead processes can be cleared. */
export const host = hostname().replaceAll(/[^\w.]/g, '_')
/** What another machine has not touched for so long, it has left behind. */
export const abandonedMs = 7 * 24 * 60 * 60 * 1000

/** What the names of this process's own begin with. */
export const ownPrefix = `${host}~${process.pid}~`

const scratchName = /^(.+)~(\d+)~/

/** Whether nobody is writing a scratch file, or in a folder, any more. */
export function isLeftBehind(path: string, name: string): boolean {
  const [, machine, pid] = scratchName.exec(name) ?? []
  if (!machine) return false
  if (machine === host && Number(pid) !== process.pid) return !isAlive(Number(pid))
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (written === undefined) return false
  // In a container every start has the same number, and what was written before this one is of an earlier one.
  if (machine === host) return written < Date.now() - process.uptime() * 1000 - 2000
  return written < Date.now() - abandonedMs
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

/** In a container whose first process reaps nobody, processes that were killed keep their number. */
function isZombie(pid: number): boolean {
  try {
    // The name before the state is in brackets, and may hold any characters.
    return /^.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
