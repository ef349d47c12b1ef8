/** A flag of a command. */
export interface Option {
  /** Without the dashes. */
  readonly name: string
  readonly short?: string
  /** What stands for its value in help; a flag without one is a switch. */
  readonly value?: string
  /** May be given several times. */
  readonly many?: boolean
  /** A switch that can also be turned off with `--no-NAME`. */
  readonly negatable?: boolean
  readonly text: string
}

/** Flags that every command takes. Params of ops keep clear of their names. */
export const globalOptions: readonly Option[] = [
  { name: 'store', value: 'PATH', text: 'Folder of the store (default .colophon)' },
  { name: 'config', value: 'FILE', text: 'Configuration file (default: colophon.yaml, here or in a parent folder)' },
  { name: 'tenant', value: 'NAME', text: 'Whose results to use and add to (default "default")' },
  { name: 'ops', value: 'FILE', many: true, text: 'Also offer the ops that this module exports' },
  { name: 'json', text: 'Print one JSON object on standard output and nothing else there' },
  { name: 'quiet', short: 'q', text: 'No progress and no summary' },
  { name: 'debug', text: 'Show where an error came from' },
  { name: 'help', short: 'h', text: 'Show help' },
]

/** The global flags as given. */
export interface Globals {
  readonly store: string | undefined
  readonly config: string | undefined
  readonly tenant: string | undefined
  readonly ops: readonly string[]
  readonly json: boolean
  readonly quiet: boolean
  readonly debug: boolean
}
