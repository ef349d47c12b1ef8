/** What a child process died of, from what is left of it. */
export type Death = { readonly of: 'memory' } | { readonly of: 'time' } | { readonly of: 'fault'; readonly why: string }

/** Whether V8, the C++ library or GLib says that it did not get the memory that it asked for. */
export const lacksMemory = (text: string): boolean =>
  /heap out of memory|allocation failed|std::bad_alloc|failed to allocate \d+ bytes|Cannot allocate memory/i.test(text)

const faults: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGSEGV: 'it read or wrote where there is no memory (SIGSEGV)',
  SIGBUS: 'it read or wrote where there is no memory (SIGBUS)',
  SIGABRT: 'it found itself in an impossible state (SIGABRT)',
  SIGILL: 'it met an impossible instruction (SIGILL)',
  SIGTRAP: 'it found itself in an impossible state (SIGTRAP)',
  SIGFPE: 'it made an impossible calculation (SIGFPE)',
  SIGKILL: 'something else ended it (SIGKILL), perhaps because the machine ran out of memory',
  SIGSYS: 'it tried what it may not do (SIGSYS)',
}

/**
 * Tells why a process ended that should not have.
 *
 * @param stderr the last that it wrote to standard error
 */
export function deathOf(code: number | null, signal: NodeJS.Signals | null, stderr: string): Death {
  if (signal === 'SIGXCPU') return { of: 'time' }
  if (lacksMemory(stderr)) return { of: 'memory' }
  return {
    of: 'fault',
    why: signal ? (faults[signal] ?? `a signal ended it (${signal})`) : `it ended with code ${code}`,
  }
}
