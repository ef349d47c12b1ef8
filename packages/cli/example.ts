/** What the installed `colophon` command says of itself and of its ops. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const colophon = (...args: string[]) =>
  execFileSync(process.execPath, [join('node_modules', '.bin', 'colophon'), ...args], { encoding: 'utf8' })

console.log(`colophon ${colophon('--version').trim()} offers:`)
for (const { name, summary } of JSON.parse(colophon('ops', 'list', '--json')).ops) console.log(`${name}: ${summary}`)
