/**
 * Writes `docs/errors.md` from the error table of core (`npm run docs`), or with `--check` fails when the page is not
 * what the table says.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorTable } from '../packages/core/src/errors.ts'

/**
 * Stands in for a detail of any type and reads as `{name}`. What a sentence does to it (`.join(', ')`, `.replaceAll(…)`)
 * leaves it as it is, except for upper case and a length, which show.
 */
const placeholder = (name: string): unknown =>
  new Proxy(() => {}, {
    apply: () => placeholder(name),
    get: (_, key) => {
      if (key === Symbol.toPrimitive || key === 'toString') return () => `{${name}}`
      return placeholder(key === 'length' ? `number of ${name}` : key === 'toUpperCase' ? name.toUpperCase() : name)
    },
  })

/** A sentence of the table with its details as `{name}`; what it says only when a detail is given is included. */
const sentence = (text: (details: never) => string): string =>
  text(new Proxy({}, { get: (_, name) => placeholder(String(name)) }) as never)

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The page. */
export const errorPage = (): string => {
  const rows = Object.entries(errorTable).map(
    ([code, { title, exit, status, text }]) =>
      `| \`${code}\` | ${[title, exit, status, sentence(text as (details: never) => string)].map((x) => cell(`${x}`)).join(' | ')} |`,
  )
  return `<!-- Made from packages/core/src/errors.ts by \`npm run docs\`. Edit that file, not this one. -->
# Errors

Every error that leaves Colophon has one of these codes, the same in the library (\`error.code\`), on the command line and
over HTTP (\`code\` of the problem document, RFC 9457). Its sentence says what is wrong and what to do; \`{…}\` stands for a
detail, which is also in \`error.details\`.

Exit codes: 0 done, 1 the op failed, 2 wrong usage, 3 bad input, 4 not found, 130 interrupted.

| code | title | exit | HTTP | sentence |
|---|---|---|---|---|
${rows.join('\n')}
`
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '../docs/errors.md')
  if (!process.argv.includes('--check')) writeFileSync(path, errorPage())
  else if (readFileSync(path, 'utf8') !== errorPage()) {
    console.error(
      'docs/errors.md is not what packages/core/src/errors.ts says. Run "npm run docs" and commit the page.',
    )
    process.exitCode = 1
  } else console.log('docs/errors.md is what the error table says.')
}
