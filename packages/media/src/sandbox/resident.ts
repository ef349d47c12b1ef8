import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/**
 * Bytes of memory that a process occupies now: its resident set.
 *
 * Linux tells it in `/proc/PID/status` (proc_pid_status(5)), elsewhere `ps` does.
 *
 * @returns undefined if the process is gone or nothing can be found out
 */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const kibibytes = Number(process.platform === 'linux' ? fromStatus(pid) : await fromPs(pid))
  return kibibytes > 0 ? kibibytes * 1024 : undefined
}

/** The kernel makes this text while it is read, without a disk; a thread pool that is busy would be later. */
function fromStatus(pid: number): string | undefined {
  try {
    return /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
  } catch {
    return undefined
  }
}

async function fromPs(pid: number): Promise<string | undefined> {
  return promisify(execFile)('/bin/ps', ['-o', 'rss=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
}
