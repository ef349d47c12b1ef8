/** The composition root: the rooms' configuration and ops, put together. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  type Catalogue,
  ColophonError,
  type Config,
  catalogue,
  configPart,
  configPath,
  coreConfig,
  createStore,
  type KeptSecret,
  loadConfig,
  type Store,
  secretsFrom,
} from '@colophon/core'
import { z } from 'zod'
import type { Globals } from './options.ts'
import { loadOwnOps, opsIn } from './own-ops.ts'
import type { Terminal } from './terminal.ts'

/** The parts of the configuration of this installation. */
export const configParts = [
  ...coreConfig,
  configPart('ops', z.array(configPath()).default([]).describe('Modules whose ops are offered beside the house’s own')),
] as const

/** The configuration of this installation. */
export type HouseConfig = Config<typeof configParts>

/** The ops that Colophon itself brings. */
const houseOps = async () =>
  opsIn(
    await Promise.all([
      import('@colophon/media'),
      import('@colophon/model'),
      import('@colophon/tone'),
      import('@colophon/watermark'),
    ]),
  )

/** Configuration, catalogue and store of one command, each made when first asked for. */
export class House {
  readonly #globals: Globals
  readonly #terminal: Pick<Terminal, 'env' | 'cwd' | 'stderr'>
  #config: Promise<HouseConfig> | undefined
  #catalogue: Promise<Catalogue> | undefined
  #store: Promise<Store> | undefined

  constructor(globals: Globals, terminal: Pick<Terminal, 'env' | 'cwd' | 'stderr'>) {
    this.#globals = globals
    this.#terminal = terminal
  }

  /** @throws CONFIG_INVALID, CONFIG_UNKNOWN_KEY, CONFIG_UNREADABLE, CONFIG_PROBLEMS */
  config(): Promise<HouseConfig> {
    const { store, tenant, config: file } = this.#globals
    this.#config ??= loadConfig(configParts, {
      file,
      ...this.#terminal,
      set: { 'store.path': { value: store, source: '--store' }, tenant: { value: tenant, source: '--tenant' } },
    })
    return this.#config
  }

  /** The house's ops and the user's own. @throws OPS_NOT_LOADED, OP_NAME_TAKEN, and as {@link config} */
  catalogue(): Promise<Catalogue> {
    this.#catalogue ??= (async () => {
      const { ops } = await this.config()
      const given = this.#globals.ops.map((path) => resolve(this.#terminal.cwd, path))
      const own = await Promise.all([...new Set([...ops, ...given])].map(loadOwnOps))
      return catalogue([...new Set([...(await houseOps()), ...own.flat()])])
    })()
    return this.#catalogue
  }

  /** The store, opened. */
  store(): Promise<Store> {
    this.#store ??= (async () => {
      const { store, tenant, secrets } = await this.config()
      // Who loses it loses all that was made with it, so that it is there must be known.
      const onSecretMade = ({ name, path }: KeptSecret) => {
        const variable = `COLOPHON_SECRET_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
        const notice = `The key "${name}" was made now and is kept in ${path}. Back it up; ${variable} sets one of your own.`
        this.#terminal.stderr.write(`${notice}\n`)
      }
      return createStore({ ...store, tenant, secrets: secretsFrom(secrets), onSecretMade })
    })()
    return this.#store
  }

  /** The store, to look into it: none is made. @throws STORE_NOT_FOUND */
  async existingStore(): Promise<Store> {
    const { path } = (await this.config()).store
    if (!existsSync(path)) throw new ColophonError('STORE_NOT_FOUND', { path })
    return this.store()
  }

  /** Closes the store if it was opened. */
  async close(): Promise<void> {
    // A store that did not open has said so already.
    const store = await this.#store?.catch(() => undefined)
    await store?.close()
  }
}
