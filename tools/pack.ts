/**
 * Packs every room for publishing (`npm run pack:rooms`): JavaScript and declarations, a manifest that points to them,
 * the licence and a README, as `dist/*.tgz`.
 *
 * The rooms' own manifests point to their TypeScript, so that the repository runs without a build; npm cannot rewrite
 * a manifest while it packs, so each room is put together in `dist/rooms/NAME` and packed there. The rooms are marked
 * private, so that none is published from its source folder by mistake.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { npm } from './npm.ts'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

export interface Packed {
  /** `core` */
  readonly room: string
  /** `@colophon/core` */
  readonly name: string
  readonly tarball: string
  /** Commands that it installs. */
  readonly bins: readonly string[]
}

/** `./src/x.ts` -> `./dist/x.js` */
const emitted = (path: string, extension: '.js' | '.d.ts'): string =>
  path.replace(/^(\.\/)?src\/(.*)\.ts$/, (_, dot = '', name) => `${dot}dist/${name}${extension}`)

const mapValues = <A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))

/** A room's manifest as it is published. */
export const publishedManifest = (manifest: Record<string, unknown>): Record<string, unknown> => {
  const { private: _, scripts: __, devDependencies: ___, exports, bin, files, ...rest } = manifest
  return {
    ...rest,
    files: [...((files ?? ['dist']) as string[]), 'NOTICE'],
    exports: mapValues((exports ?? {}) as Record<string, string>, (path) =>
      path.endsWith('.ts') ? { types: emitted(path, '.d.ts'), default: emitted(path, '.js') } : path,
    ),
    ...(bin ? { bin: mapValues(bin as Record<string, string>, (path) => emitted(path, '.js')) } : {}),
    engines: { node: '>=26' },
  }
}

const emit = (): void => {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tools/tsconfig.pack.json'], {
    cwd: root,
    stdio: 'inherit',
  })
  // tsc rewrites imports alone; a worker's URL must take its extension from import.meta.url.
  for (const file of globSync('emit/**/*.js', { cwd: dist })) {
    const left = readFileSync(join(dist, file), 'utf8').match(/(['"`])\.{1,2}\/[^'"`\n]*\.ts\1/)
    if (left) throw new Error(`${file} still names ${left[0]}, which is not there once packed.`)
  }
}

const packRoom = (room: string): Packed => {
  const source = join(root, 'packages', room)
  const stage = join(dist, 'rooms', room)
  const manifest = publishedManifest(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')))
  cpSync(join(dist, 'emit', room, 'src'), join(stage, 'dist'), { recursive: true })
  // What lies beside the code and is not code: SQL, WASM, fonts.
  cpSync(join(source, 'src'), join(stage, 'dist'), {
    recursive: true,
    filter: (path) => !/\.(ts|py|golden\.json)$/.test(path),
  })
  for (const file of ['LICENSE', 'NOTICE']) cpSync(join(root, file), join(stage, file))
  const bins = Object.values((manifest.bin ?? {}) as Record<string, string>)
  for (const file of [...(manifest.files as string[]), ...bins]) {
    if (existsSync(join(source, file))) cpSync(join(source, file), join(stage, file), { recursive: true })
  }
  if (!existsSync(join(stage, 'README.md'))) {
    writeFileSync(join(stage, 'README.md'), `# ${manifest.name}\n\n${manifest.description}. A room of Colophon.\n`)
  }
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', dist], stage))
  return { room, name: String(manifest.name), tarball: join(dist, filename), bins: Object.keys(manifest.bin ?? {}) }
}

/** Packs every room into `dist/`. */
export const packRooms = (): Packed[] => {
  rmSync(dist, { recursive: true, force: true })
  emit()
  const rooms = globSync('*/package.json', { cwd: join(root, 'packages') }).map((path) => path.split('/')[0]!)
  return rooms.sort().map(packRoom)
}

if (import.meta.main) for (const { tarball } of packRooms()) console.log(relative(root, tarball))
