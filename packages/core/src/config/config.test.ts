import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { ColophonError } from '../errors.ts'
import {
  bytes,
  configOrigin,
  configPart,
  configPath,
  configSecret,
  coreConfig,
  duration,
  loadConfig,
  parseBytes,
  parseDuration,
  redactConfig,
  secretsFrom,
} from './config.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'colophon-config-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const write = (name: string, text: string): string => {
  const path = join(cwd, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

const refused = async (loading: Promise<unknown>): Promise<ColophonError> => {
  const error = await loading.then(
    () => assert.fail('the configuration was accepted'),
    (thrown) => thrown,
  )
  assert.ok(error instanceof ColophonError, String(error))
  return error
}

const demo = configPart(
  'demo',
  z.object({
    port: z.number().int().min(1).max(65535).default(8080),
    debug: z.boolean().default(false),
    hosts: z.array(z.string()).default(['localhost']),
    files: z.array(configPath()).default([]),
    timeout: duration().default(30_000),
    size: bytes().default(1024),
    password: configSecret(z.string().min(4)).optional(),
    note: z.string().nullable().default('none'),
    tls: z.object({ certFile: configPath().optional() }).prefault({}),
  }),
)

const parts = [...coreConfig, demo] as const

describe('defaults', () => {
  test('are all there without any file or variable, with paths made absolute', async () => {
    const config = await loadConfig(coreConfig, { cwd, env: {} })
    assert.deepEqual(config, {
      store: {
        path: join(cwd, '.colophon'),
        commit: 'call',
        writer: 'inline',
        synchronous: 'normal',
        cacheBytes: 64 * 2 ** 20,
      },
      tenant: 'default',
      secrets: {},
    })
    assert.equal(configOrigin(config).file, undefined)
  })

  test('a configuration cannot be changed', async () => {
    const config = await loadConfig(parts, { cwd, env: {} })
    for (const part of [config, config.store, config.demo.hosts, config.demo.tls]) assert.ok(Object.isFrozen(part))
  })

  test('a key without default that nobody gives is named with the ways to give it', async () => {
    const needs = configPart('mail', z.object({ host: z.string() }))
    const error = await refused(loadConfig([needs], { cwd, env: {} }))
    assert.equal(error.code, 'CONFIG_INVALID')
    assert.equal(
      error.message,
      'Configuration key "mail.host" (from the defaults) is not valid: it must be given, in colophon.yaml or as COLOPHON_MAIL_HOST.',
    )
  })

  test('two parts with one key are refused', async () => {
    await assert.rejects(loadConfig([demo, demo], { cwd, env: {} }), TypeError)
  })
})

describe('the file', () => {
  test('is found in a parent folder, and its relative paths are relative to it', async () => {
    const file = write(
      'colophon.yaml',
      'store:\n  path: data/store\n  cacheBytes: 1 GiB\ndemo:\n  files: [a.ts, /b.ts]\n',
    )
    const below = join(cwd, 'x', 'y')
    mkdirSync(below, { recursive: true })
    const config = await loadConfig(parts, { cwd: below, env: {} })
    assert.equal(config.store.path, join(cwd, 'data/store'))
    assert.equal(config.store.cacheBytes, 2 ** 30)
    assert.deepEqual(config.demo.files, [join(cwd, 'a.ts'), '/b.ts'])
    assert.equal(configOrigin(config).file, file)
    assert.equal(configOrigin(config).sources.get('store.path'), `${file}:2`)
  })

  test('may be named by an option or by COLOPHON_CONFIG, the option first', async () => {
    const a = write('a.yaml', 'tenant: a\n')
    write('b.yaml', 'tenant: b\n')
    assert.equal((await loadConfig(parts, { cwd, env: { COLOPHON_CONFIG: 'b.yaml' } })).tenant, 'b')
    assert.equal((await loadConfig(parts, { cwd, file: a, env: { COLOPHON_CONFIG: 'b.yaml' } })).tenant, 'a')
  })

  test('may be empty, and a key with nothing behind it is not set', async () => {
    write('colophon.yaml', '# nothing\n')
    assert.equal((await loadConfig(parts, { cwd, env: {} })).demo.port, 8080)
    write('colophon.yaml', 'store:\ndemo:\n  port:\n  note: null\n')
    const config = await loadConfig(parts, { cwd, env: {} })
    assert.equal(config.demo.port, 8080)
    assert.equal(config.demo.note, null)
  })

  test('a wrong value is named with file and line', async () => {
    const file = write('colophon.yaml', 'tenant: me\ndemo:\n  # the port\n  port: 99999\n')
    const error = await refused(loadConfig(parts, { cwd, env: {} }))
    assert.equal(
      error.message,
      `Configuration key "demo.port" (from ${file}:4) is not valid: too big: expected number to be <=65535.`,
    )
  })

  test('an unknown key is named with its line and the key that was meant', async () => {
    const file = write('colophon.yaml', 'stroe:\n  path: x\n')
    const top = await refused(loadConfig(parts, { cwd, env: {} }))
    assert.equal(top.code, 'CONFIG_UNKNOWN_KEY')
    assert.equal(top.message, `There is no configuration key "stroe" (from ${file}:1). Did you mean "store"?`)
    write('colophon.yaml', 'store:\n  path: x\n  cache-bytes: 5\n')
    const below = await refused(loadConfig(parts, { cwd, env: {} }))
    assert.equal(
      below.message,
      `There is no configuration key "store.cache-bytes" (from ${file}:3). Did you mean "store.cacheBytes"?`,
    )
  })

  test('all problems are reported at once', async () => {
    write('colophon.yaml', 'stor: {}\ndemo:\n  port: many\n  size: huge\n')
    const error = await refused(loadConfig(parts, { cwd, env: { COLOPHON_DEMO_TIMEOUT: 'soon' } }))
    assert.equal(error.code, 'CONFIG_PROBLEMS')
    assert.equal(error.exitCode, 2)
    const lines = error.message.split('\n')
    assert.equal(lines[0], 'The configuration has 4 problems:')
    assert.match(lines[1]!, /"stor" .*Did you mean "store"/)
    assert.match(lines[2]!, /"demo.port" \(from .*colophon\.yaml:3\) is not valid: expected number, received string/)
    assert.match(
      lines[3]!,
      /"demo.timeout" \(from COLOPHON_DEMO_TIMEOUT\) is not valid: expected a duration such as 30s/,
    )
    assert.match(lines[4]!, /"demo.size" \(from .*colophon\.yaml:4\) is not valid: expected a size such as 512MiB/)
  })

  test('one that cannot be read says why', async () => {
    const missing = await refused(loadConfig(parts, { cwd, file: 'nowhere.yaml', env: {} }))
    assert.equal(
      missing.message,
      `The configuration file ${join(cwd, 'nowhere.yaml')} cannot be read: it does not exist.`,
    )
    const folder = await refused(loadConfig(parts, { cwd, file: '.', env: {} }))
    assert.equal(folder.message, `The configuration file ${cwd} cannot be read: it is a directory.`)
    const broken = await refused(loadConfig(parts, { cwd, file: write('x.yaml', 'a: 1\nb: [1,\n'), env: {} }))
    assert.equal(broken.code, 'CONFIG_UNREADABLE')
    assert.match(broken.message, /x\.yaml:\d cannot be read: it is not valid YAML/)
    const list = await refused(loadConfig(parts, { cwd, file: write('y.yaml', '- a\n- b\n'), env: {} }))
    assert.match(list.message, /it must hold keys and values/)
    const twice = await refused(loadConfig(parts, { cwd, file: write('z.yaml', 'tenant: a\ntenant: b\n'), env: {} }))
    assert.match(twice.message, /z\.yaml:2 cannot be read/)
  })
})

describe('the environment', () => {
  test('wins over the file; numbers, booleans, sizes, durations and lists are understood', async () => {
    write('colophon.yaml', 'tenant: file\ndemo: { port: 1, hosts: [x] }\n')
    const config = await loadConfig(parts, {
      cwd,
      env: {
        COLOPHON_TENANT: 'env',
        COLOPHON_STORE_PATH: 's',
        COLOPHON_STORE_CACHE_BYTES: '512MiB',
        COLOPHON_DEMO_PORT: '81',
        COLOPHON_DEMO_DEBUG: 'yes',
        COLOPHON_DEMO_HOSTS: 'a, b',
        COLOPHON_DEMO_TIMEOUT: '1.5s',
        COLOPHON_DEMO_TLS_CERT_FILE: 'cert.pem',
      },
    })
    assert.equal(config.tenant, 'env')
    assert.equal(config.store.path, join(cwd, 's'))
    assert.equal(config.store.cacheBytes, 512 * 2 ** 20)
    assert.equal(config.demo.port, 81)
    assert.equal(config.demo.debug, true)
    assert.deepEqual(config.demo.hosts, ['a', 'b'])
    assert.equal(config.demo.timeout, 1500)
    assert.equal(config.demo.tls.certFile, join(cwd, 'cert.pem'))
    assert.equal(configOrigin(config).sources.get('demo.port'), 'COLOPHON_DEMO_PORT')
  })

  test('a variable set to nothing is not set', async () => {
    assert.equal((await loadConfig(parts, { cwd, env: { COLOPHON_TENANT: '' } })).tenant, 'default')
  })

  test('a wrong value is named with its variable', async () => {
    const error = await refused(loadConfig(parts, { cwd, env: { COLOPHON_STORE_COMMIT: 'sometimes' } }))
    assert.equal(
      error.message,
      'Configuration key "store.commit" (from COLOPHON_STORE_COMMIT) is not valid: invalid option: expected one of "call"|"group".',
    )
    const large = await refused(loadConfig(parts, { cwd, env: { COLOPHON_DEMO_PORT: '99999' } }))
    assert.match(large.message, /too big: expected number to be <=65535/)
  })

  test('an unknown COLOPHON_ variable is an error with the one that was meant; others are left alone', async () => {
    const error = await refused(loadConfig(parts, { cwd, env: { COLOPHON_STORE_PAHT: 'x', HOME: '/' } }))
    assert.equal(
      error.message,
      'There is no configuration key "COLOPHON_STORE_PAHT" (from the environment). Did you mean "COLOPHON_STORE_PATH"?',
    )
    await loadConfig(parts, { cwd, env: { COLOPHON_DEBUG: '1', COLOPHON_MINE: '1' }, allow: ['COLOPHON_MINE'] })
  })
})

describe('secrets', () => {
  test('come from the file, from variables and from files that variables name', async () => {
    write('colophon.yaml', 'secrets:\n  plain: text\n  rotated: { value: new, version: 3 }\n')
    const held = write('run/secrets/k', 'from a file\n')
    const config = await loadConfig(parts, {
      cwd,
      env: {
        COLOPHON_SECRET_API_KEY: '{"looks": "like JSON"}',
        COLOPHON_SECRET_TENANT_KEY_FILE: held,
        COLOPHON_SECRET_ROTATED: 'newer',
        COLOPHON_DEMO_PASSWORD_FILE: 'run/secrets/k',
      },
    })
    assert.deepEqual(config.secrets, {
      plain: { value: 'text', version: 1 },
      rotated: { value: 'newer', version: 1 },
      'api-key': { value: '{"looks": "like JSON"}', version: 1 },
      'tenant-key': { value: 'from a file', version: 1 },
    })
    assert.equal(config.demo.password, 'from a file')
  })

  test('are found under the name an op asks for, however it is written, in the version asked for', async () => {
    const find = secretsFrom({ 'tenant-key': { value: 'a', version: 1 }, rotated: { value: 'b', version: 3 } })
    assert.deepEqual(find('tenant-key'), { value: 'a', version: 1 })
    assert.deepEqual(find('tenant_key', 1), { value: 'a', version: 1 })
    assert.deepEqual(find('rotated', 3), { value: 'b', version: 3 })
    assert.equal(find('rotated', 2), undefined)
    assert.equal(find('other'), undefined)
  })

  test('given twice, or by a file that is not there, are refused', async () => {
    const twice = await refused(
      loadConfig(parts, { cwd, env: { COLOPHON_SECRET_K: 'a', COLOPHON_SECRET_K_FILE: 'b' } }),
    )
    assert.match(twice.message, /"secrets.k" \(from COLOPHON_SECRET_K_FILE\).*COLOPHON_SECRET_K is set as well/)
    const missing = await refused(loadConfig(parts, { cwd, env: { COLOPHON_SECRET_K_FILE: 'none' } }))
    assert.equal(
      missing.message,
      `The configuration file ${join(cwd, 'none')} cannot be read: it does not exist (named by COLOPHON_SECRET_K_FILE).`,
    )
  })

  test('never appear in a redacted configuration or in an error', async () => {
    const env = { COLOPHON_SECRET_K: 'hush-hush', COLOPHON_DEMO_PASSWORD: 'hush-hush', COLOPHON_TENANT: 'me' }
    const shown = redactConfig(await loadConfig(parts, { cwd, env }))
    assert.ok(!JSON.stringify(shown).includes('hush'))
    assert.deepEqual(shown.secrets, { k: '(secret)' })
    assert.equal((shown.demo as Record<string, unknown>).password, '(secret)')
    assert.equal(shown.tenant, 'me')
    write('colophon.yaml', 'secrets: { k: { value: hush, version: hush } }\ndemo: { password: huh }\n')
    const error = await refused(loadConfig(parts, { cwd, env: {} }))
    assert.ok(!error.message.includes('hu'), error.message)
  })
})

test('what the caller sets wins, and says so when it is wrong', async () => {
  const env = { COLOPHON_TENANT: 'env' }
  const set = { tenant: { value: 'flag', source: '--tenant' }, 'store.path': { value: undefined, source: '--store' } }
  assert.equal((await loadConfig(parts, { cwd, env, set })).tenant, 'flag')
  const error = await refused(loadConfig(parts, { cwd, env, set: { tenant: { value: '', source: '--tenant' } } }))
  assert.match(error.message, /"tenant" \(from --tenant\)/)
})

describe('sizes and durations', () => {
  test('are read in their usual units', () => {
    const sizes = { '0': 0, '4096': 4096, '1 kB': 1000, '512MiB': 2 ** 29, '1.5gib': 1.5 * 2 ** 30 }
    for (const [text, value] of Object.entries(sizes)) assert.equal(parseBytes(text), value, text)
    const times = { '250ms': 250, '30s': 30e3, '5 m': 300e3, '1.5h': 5400e3, '7d': 604800e3 }
    for (const [text, value] of Object.entries(times)) assert.equal(parseDuration(text), value, text)
    for (const text of ['', 'x', '5 parsecs', '-1', '1e3', '__proto__', '5constructor']) {
      assert.equal(parseBytes(text), undefined, text)
      assert.equal(parseDuration(text), undefined, text)
    }
    assert.equal(parseDuration('5'), undefined)
  })

  test('any whole number of bytes is its own size', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (n) => bytes().parse(n) === n && bytes().parse(String(n)) === n))
  })
})
