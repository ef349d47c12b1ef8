import { z } from 'zod'
import { envWord } from './env.ts'
import { configPart } from './part.ts'
import { configEnvName, configPath, configSecret } from './schema.ts'
import { bytes } from './units.ts'

const store = z.object({
  path: configPath().default('.colophon').describe('Folder of the store'),
  commit: z
    .enum(['call', 'group'])
    .default('call')
    .describe('Commit every call before it returns, or the calls of one turn of the event loop together'),
  writer: z
    .enum(['inline', 'thread'])
    .default('inline')
    .describe('Write in the thread that makes the calls, or in one of its own (for servers)'),
  synchronous: z
    .enum(['normal', 'full'])
    .default('normal')
    .describe('Whether a commit waits until the disk has it (full) or a power cut may cost the last ones (normal)'),
  cacheBytes: bytes()
    .default(64 * 2 ** 20)
    .describe('Memory for values read lately'),
})

const secretValue = z.string().min(1, 'expected at least one character')

const secretEntry = z
  .union([secretValue, z.strictObject({ value: secretValue, version: z.int().min(1).default(1) })], {
    error: 'expected a text, or a value with its version',
  })
  .transform((given) => (typeof given === 'string' ? { value: given, version: 1 } : given))

const secrets = z.record(z.string().min(1), configSecret(secretEntry))

/** Core's parts of the configuration: `store`, `tenant` and `secrets`. */
export const coreConfig = [
  configPart('store', store),
  configPart('tenant', z.string().min(1).max(200).default('default').describe('Whose results these are')),
  configPart('secrets', configEnvName(secrets, 'SECRET').default({}).describe('Values of secret params, by name')),
] as const

type Secrets = Readonly<Record<string, { readonly value: string; readonly version: number }>>

/**
 * Looks secrets up in the configuration, for the `secrets` option of `createStore`. A name that is not there as it
 * stands is looked up as variables write it, so `COLOPHON_SECRET_TENANT_KEY` answers for `tenant-key` and `tenant_key`.
 *
 * @param secrets the `secrets` of a loaded configuration
 */
export const secretsFrom =
  (secrets: Secrets) =>
  (name: string, version?: number): { value: string; version: number } | undefined => {
    const key = Object.hasOwn(secrets, name) ? name : Object.keys(secrets).find((key) => envWord(key) === envWord(name))
    const found = key === undefined ? undefined : secrets[key]
    return found && (version === undefined || version === found.version) ? found : undefined
  }
