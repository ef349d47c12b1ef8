/**
 * Checks the packed rooms as a user meets them (`npm run pack:check`): packs them, installs them in an empty folder,
 * runs each room's `example.ts` there, asks each command for its help, and type-checks the examples against the
 * declarations.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npm } from './npm.ts'
import { packRooms } from './pack.ts'

const root = join(import.meta.dirname, '..')
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const rooms = packRooms()
const folder = mkdtempSync(join(tmpdir(), 'colophon-packed-'))
const put = (name: string, content: object | string): void =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
const run = (script: string, ...args: string[]): string =>
  execFileSync(process.execPath, [script, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })

try {
  put('package.json', {
    private: true,
    type: 'module',
    dependencies: Object.fromEntries(rooms.map(({ name, tarball }) => [name, `file:${tarball}`])),
    devDependencies: { '@types/node': devDependencies['@types/node'] },
  })
  npm(['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], folder)

  put('rooms.ts', rooms.map(({ room, name }) => `export * as ${room} from '${name}'\n`).join(''))
  for (const { room, name, bins } of rooms) {
    const example = join(root, 'packages', room, 'example.ts')
    if (existsSync(example)) {
      copyFileSync(example, join(folder, `${room}.ts`))
      process.stdout.write(run(`${room}.ts`))
    }
    for (const bin of bins)
      if (!run(`node_modules/.bin/${bin}`, '--help').trim()) throw new Error(`${bin} has no help.`)
    console.log(`${name}: installs and runs.`)
  }

  // The declarations themselves are checked too: skipLibCheck would hide what is wrong in them.
  put('tsconfig.json', {
    compilerOptions: { module: 'nodenext', target: 'esnext', strict: true, noEmit: true, types: ['node'] },
  })
  run(join(root, 'node_modules/typescript/bin/tsc'), '-p', '.')
  console.log('The declarations are sound.')
} finally {
  rmSync(folder, { recursive: true })
}
