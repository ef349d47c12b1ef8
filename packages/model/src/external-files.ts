import { realpath, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { externalData } from './failures.ts'
import type { ExternalPart } from './onnx/external-parts.ts'

const liesIn = (path: string, folder: string): boolean => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

/**
 * Paths of the files that a model's parts lie in. A link is followed only to where the model itself lies: caches keep a model and
 * its weights side by side under other names.
 *
 * @returns paths by the name that the model gives
 * @throws ColophonError MODEL_EXTERNAL_DATA when a file is missing, too short, or outside the model's folder
 */
export async function externalFiles(
  path: string,
  name: string,
  parts: readonly ExternalPart[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const ends = new Map<string, number>()
  for (const { file, offset, length } of parts) ends.set(file, Math.max(ends.get(file) ?? 0, offset + length))
  if (ends.size === 0) return found
  const folders = [await realpath(dirname(path)), dirname(await realpath(path))]
  for (const [file, end] of ends) {
    const given = join(dirname(path), file)
    const real = await realpath(given).catch(() => {
      throw externalData(name, file, 'it does not exist; put it beside the model')
    })
    if (!folders.some((folder) => liesIn(real, folder)))
      throw externalData(name, file, 'it is a link that leads out of the folder of the model')
    const facts = await stat(real)
    if (!facts.isFile()) throw externalData(name, file, 'it is not a file')
    if (facts.size < end) throw externalData(name, file, `it has ${facts.size} bytes, and ${end} are needed`)
    found.set(file, given)
  }
  return found
}
