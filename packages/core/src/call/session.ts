import { ColophonError } from '../errors.ts'
import type { Executor } from '../op/executor.ts'
import type { Declaration } from '../op/op.ts'
import type { SecretProvider } from '../op/params.ts'
import { TenantHome } from '../store/home.ts'
import type { KeptSecrets } from '../store/kept-secrets.ts'
import type { Objects } from '../store/objects.ts'
import type { OpRecord, Records } from '../store/records.ts'
import type { BoundedCache } from './bounded-cache.ts'
import type { CallEntry } from './call-entry.ts'
import type { Committer } from './committer.ts'
import type { Ancestor } from './context.ts'

/** A call that waits for another one like it. */
export interface Wait {
  /** Tenant and key of what it waits for. */
  readonly key: string
  /** The calls it is made from. */
  readonly from: Ancestor | undefined
}

/** An open store as calls see it. */
export class Session {
  readonly records: Records
  readonly objects: Objects
  readonly committer: Committer
  readonly executor: Executor
  readonly #secrets: SecretProvider
  readonly #kept: KeptSecrets | undefined
  /** Whether a call returns only when it is committed. */
  readonly awaitCommit: boolean
  /** Calls known to this process, by tenant, key and history. */
  readonly known: BoundedCache<CallEntry>
  /** Calls being computed now, by tenant and key. */
  readonly inFlight = new Map<string, Promise<CallEntry | undefined>>()
  readonly waits = new Set<Wait>()
  /** Keys of calls that have returned and are not committed yet, by tenant and key. */
  readonly uncommitted = new Set<string>()
  readonly #homes = new Map<string, TenantHome>()
  readonly #used = new Map<Declaration, OpRecord>()
  readonly #names = new Set<string>()
  closed = false

  constructor(
    parts: Omit<
      { [K in keyof Session]: Session[K] },
      'home' | 'secretsOf' | 'opRecord' | 'inFlight' | 'waits' | 'uncommitted' | 'closed'
    > & { readonly secrets: SecretProvider; readonly kept: KeptSecrets | undefined },
  ) {
    this.records = parts.records
    this.objects = parts.objects
    this.committer = parts.committer
    this.executor = parts.executor
    this.#secrets = parts.secrets
    this.#kept = parts.kept
    this.awaitCommit = parts.awaitCommit
    this.known = parts.known
  }

  home(tenant: string): TenantHome {
    let home = this.#homes.get(tenant)
    if (!home) {
      home = new TenantHome(tenant, this.objects, this.records)
      this.#homes.set(tenant, home)
    }
    return home
  }

  /** A tenant's secrets: those that were set, then those that the store made. */
  secretsOf(tenant: string): SecretProvider {
    return async (name, version, generated) => {
      const found = version === 0 ? undefined : await this.#secrets(name, version, generated)
      if (found || !generated || version) return found
      return this.#kept?.find(tenant, name)
    }
  }

  /**
   * The op as records name it.
   *
   * @throws ColophonError OP_NAME_TAKEN when another op of this name and version was used in this store
   */
  opRecord(declaration: Declaration): OpRecord {
    const used = this.#used.get(declaration)
    if (used) return used
    const { name, version } = declaration
    const id = `${name}@${version}`
    // Even with the same text two functions may close over different values, and one would answer for the other.
    if (this.#names.has(id)) throw new ColophonError('OP_NAME_TAKEN', { op: name, version })
    const record: OpRecord = {
      name,
      version,
      positional: declaration.positional,
      inputs: declaration.inputNames,
      outputs: declaration.outputNames,
      fingerprint: declaration.fingerprint,
    }
    this.#names.add(id)
    this.#used.set(declaration, record)
    return record
  }
}
