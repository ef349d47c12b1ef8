import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** A folder of a test file's own, removed when its tests have ended. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'colophon-model-'))

  constructor() {
    after(() => rmSync(this.path, { recursive: true }))
  }

  at(name: string): string {
    return join(this.path, name)
  }

  /** Writes a file and gives its path. */
  put(name: string, content: Uint8Array | string): string {
    writeFileSync(this.at(name), content)
    return this.at(name)
  }
}
