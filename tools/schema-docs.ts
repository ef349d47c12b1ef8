/**
 * Writes the JSON Schemas of documents that people keep in files (`npm run docs`), or with `--check` fails when a page is not what the
 * code says.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { preset } from '../packages/tone/src/preset/preset.ts'
import { profile } from '../packages/tone/src/profile.ts'

/** File name -> title and schema. */
const documents: Record<string, readonly [title: string, schema: z.ZodType]> = {
  'tone-preset.schema.json': ['Tone preset', preset],
  'tone-profile.schema.json': ['Tone profile', profile],
}

/** A schema as it is published: for those who write the document, so that what has a default may be left out. */
export const schemaPage = (title: string, schema: z.ZodType): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`

if (import.meta.main) {
  for (const [name, [title, schema]] of Object.entries(documents)) {
    const path = join(import.meta.dirname, '../docs', name)
    const page = schemaPage(title, schema)
    if (!process.argv.includes('--check')) writeFileSync(path, page)
    else if (readFileSync(path, 'utf8') !== page) {
      console.error(`docs/${name} is not what the code says. Run "npm run docs" and commit the page.`)
      process.exitCode = 1
    } else console.log(`docs/${name} is what the code says.`)
  }
}
