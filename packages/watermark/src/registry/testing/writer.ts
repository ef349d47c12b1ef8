/** Registers entries one by one and says so for each that is on the disk: `node writer.ts FOLDER NAME COUNT`. */
import { Registry } from '../registry.ts'

const [folder, name, count] = process.argv.slice(2) as [string, string, string]
const registry = await Registry.open(folder)
for (let i = 0; i < Number(count); i++) {
  // Shared ids come from every writer, with the same message; own ids from this one alone.
  const shared = { payload: { kind: 'id', id: BigInt(i), bits: 64 }, message: `shared ${i}` } as const
  const own = { payload: { kind: 'text', text: `${name} ${i}` }, message: `${name} ${i}` } as const
  registry.registerAll('default', [shared, own], (error) => {
    throw error
  })
  process.stdout.write(`${i}\n`)
}
registry.close()
