/**
 * The import table of the house, and the check that holds the code to it (`npm run imports`).
 *
 * A folder here is a room (`packages/NAME`) or one of the folders that may use every room. The rules:
 *
 * - a room is imported by its package name only, and only by the folders that may;
 * - a relative import stays within its folder, and files of a folder do not import each other in a circle;
 * - a room's package.json lists exactly the packages its code imports (its tests may also use the house's own);
 * - nothing that a room's door loads at once is heavy: native libraries come by `import()` when an op runs.
 *
 * Types are imports like any other, except for circles and weight, which only what is left at run time can have.
 */
import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { parse } from '@babel/parser'

const domain = ['core', 'media', 'model', 'watermark', 'erase', 'tone', 'serving', 'insight']

/** Room -> the rooms it may import. A room that is not here may not exist. */
const rooms: Record<string, readonly string[]> = {
  core: [],
  media: ['core'],
  model: ['core', 'media'],
  watermark: ['core', 'media', 'model'],
  erase: ['core', 'media', 'model'],
  tone: ['core', 'media', 'model'],
  serving: ['core', 'media', 'model'],
  insight: ['core'],
  line: domain,
  platform: ['core', 'media'],
  deploy: ['core', 'platform', 'insight'],
  console: [],
  cli: [...domain, 'line', 'platform', 'deploy', 'console'],
}

/** Folders outside packages/; they may import every room. */
const openFolders = ['benchmarks', 'e2e', 'examples']

/** Packages that hold native code or take long to load. */
const heavy = ['node-av', 'onnxruntime-node', 'sharp']

interface Import {
  /** As written. */
  readonly specifier: string
  readonly line: number
  /** When it takes place: never (types alone), as the file loads, or when an `import()` is reached. */
  readonly when: 'never' | 'load' | 'later'
}

interface Source {
  readonly path: string
  /** `packages/NAME`, or the first folder of the path. */
  readonly folder: string
  /** A test or an example: not part of what the room ships. */
  readonly aside: boolean
  readonly imports: readonly Import[]
}

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly exports?: Record<string, string>
  readonly bin?: Record<string, string>
}

interface House {
  readonly manifest: Manifest
  readonly rooms: ReadonlyMap<string, Manifest>
  readonly sources: ReadonlyMap<string, Source>
}

/** Every import of a TypeScript source: `import`, `export … from`, `import()` and types of the form `import('x').T`. */
export const importsOf = (source: string): Import[] => {
  const found: Import[] = []
  const visit = (node: Record<string, unknown>): void => {
    const { type } = node
    const from = (type === 'TSImportType' ? node.argument : node.source) as
      | { value?: unknown; loc: { start: { line: number } } }
      | undefined
    if (typeof from?.value === 'string') {
      const erased = type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type'
      const when = erased ? 'never' : type === 'ImportExpression' ? 'later' : 'load'
      found.push({ specifier: from.value, line: from.loc.start.line, when })
    }
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child)
  }
  visit({ ...parse(source, { sourceType: 'module', plugins: ['typescript'], createImportExpressions: true }).program })
  return found
}

const isNode = (value: unknown): value is Record<string, unknown> =>
  typeof (value as { type?: unknown } | null)?.type === 'string'

const readHouse = (root: string): House => {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8')
  const glob = (...patterns: string[]): string[] => globSync(patterns, { cwd: root }).sort()
  const paths = glob(
    'packages/*/{src,bin}/**/*.{ts,js}',
    'packages/*/example.ts',
    ...openFolders.map((folder) => `${folder}/**/*.ts`),
  )
  return {
    manifest: JSON.parse(read('package.json')),
    rooms: new Map(glob('packages/*/package.json').map((path) => [folderOf(path), JSON.parse(read(path))])),
    sources: new Map(
      paths.map((path) => {
        const aside = /\.test\.ts$|\/example\.ts$/.test(path)
        return [path, { path, folder: folderOf(path), aside, imports: importsOf(read(path)) }]
      }),
    ),
  }
}

const folderOf = (path: string): string => {
  const parts = path.split('/')
  return parts.slice(0, parts[0] === 'packages' ? 2 : 1).join('/')
}

/** `@scope/name/deep/path` -> `@scope/name`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const isRelative = (specifier: string): boolean => specifier.startsWith('.')

const resolve = (from: Source, specifier: string): string => join(from.path, '..', specifier)

const listed = (...manifests: Manifest[]): string[] =>
  manifests.flatMap(({ dependencies, devDependencies }) => Object.keys({ ...dependencies, ...devDependencies }))

/** What breaks the rules in the repository at `root`, one sentence each; nothing when all is well. */
export const violations = (root: string): string[] => {
  const house = readHouse(root)
  return [...strangers(house), ...boundaries(house), ...unused(house), ...circles(house), ...weight(house)]
}

function* strangers(house: House): Generator<string> {
  for (const folder of house.rooms.keys()) {
    if (!rooms[folder.slice('packages/'.length)]) yield `${folder} is not a room of the table in tools/imports.ts.`
  }
}

function* boundaries(house: House): Generator<string> {
  const everywhere = new Set(listed(house.manifest, ...house.rooms.values()))
  for (const source of house.sources.values()) {
    const { folder, aside, imports, path } = source
    const manifest = house.rooms.get(folder)
    const room = folder.replace('packages/', '')
    const mayImport = manifest ? [...(rooms[room] ?? []), ...(aside ? [room] : [])] : Object.keys(rooms)
    const mayUse = manifest ? new Set(listed(manifest, aside ? house.manifest : {})) : everywhere
    for (const { specifier, line } of imports) {
      if (isBuiltin(specifier)) continue
      const complaint = ((): string | undefined => {
        if (isRelative(specifier)) {
          return folderOf(resolve(source, specifier)) === folder ? undefined : `lies outside ${folder}`
        }
        const name = packageOf(specifier)
        if (name.startsWith('@colophon/')) {
          if (specifier !== name) return `is a path into a room, whose only door is ${name}`
          if (!mayImport.includes(name.slice('@colophon/'.length))) return `may not be imported by ${folder}`
          if (aside || !manifest) return undefined
        }
        return mayUse.has(name) ? undefined : `is not listed in ${manifest ? `${folder}/` : ''}package.json`
      })()
      if (complaint) yield `${path}:${line}: "${specifier}" ${complaint}.`
    }
  }
}

function* unused(house: House): Generator<string> {
  for (const [folder, { dependencies = {} }] of house.rooms) {
    const shipped = [...house.sources.values()].filter((source) => source.folder === folder && !source.aside)
    const used = new Set(shipped.flatMap(({ imports }) => imports.map(({ specifier }) => packageOf(specifier))))
    for (const name of Object.keys(dependencies)) {
      if (!used.has(name)) yield `${folder}/package.json lists "${name}", which nothing there imports.`
    }
  }
}

/** Files that a file loads together with itself. */
const loads = (house: House, source: Source): Source[] =>
  source.imports
    .filter(({ specifier, when }) => when === 'load' && isRelative(specifier))
    .flatMap(({ specifier }) => house.sources.get(resolve(source, specifier)) ?? [])

function* circles(house: House): Generator<string> {
  const done = new Set<Source>()
  const walk = function* (source: Source, trail: Source[]): Generator<string> {
    if (trail.includes(source)) {
      const circle = [...trail.slice(trail.indexOf(source)), source]
      yield `${circle.map(({ path }) => path).join(' imports ')}: a circle.`
    }
    if (done.has(source)) return
    done.add(source)
    for (const next of loads(house, source)) yield* walk(next, [...trail, source])
  }
  for (const source of house.sources.values()) yield* walk(source, [])
}

function* weight(house: House): Generator<string> {
  for (const [folder, { exports = {}, bin = {} }] of house.rooms) {
    const seen = new Set<Source>()
    const walk = function* (source: Source | undefined, trail: string): Generator<string> {
      if (!source || seen.has(source)) return
      seen.add(source)
      for (const { specifier, line, when } of source.imports) {
        if (when === 'load' && heavy.includes(packageOf(specifier))) {
          yield `${source.path}:${line}: "${specifier}" is heavy and would be loaded with ${trail}; use import() when an op runs.`
        }
      }
      for (const next of loads(house, source)) yield* walk(next, `${trail} -> ${next.path}`)
    }
    for (const door of Object.values({ ...exports, ...bin })) {
      const path = join(folder, door)
      yield* walk(house.sources.get(path), path)
    }
  }
}

if (import.meta.main) {
  const found = violations(join(import.meta.dirname, '..'))
  for (const violation of found) console.error(violation)
  if (found.length > 0) process.exitCode = 1
  else console.log('Imports follow the table.')
}
