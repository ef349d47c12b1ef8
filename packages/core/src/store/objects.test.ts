import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { FileObjects } from './file-objects.ts'
import { objectsConformance } from './objects.conformance.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'colophon-objects-'))

objectsConformance('files', () => {
  const path = folder()
  return {
    open: () => new FileObjects(path),
    scratch: () => readdirSync(join(path, 'scratch')),
    remove: () => rmSync(path, { recursive: true }),
  }
})

it('scratch files of processes that are gone are cleared on opening, those of others are left', () => {
  const path = folder()
  mkdirSync(join(path, 'scratch'), { recursive: true })
  const host = hostname().replaceAll(/[^\w.]/g, '_')
  const dead = `${host}~999999999~x`
  const alive = `${host}~${process.pid}~x`
  const elsewhere = 'another-machine~1~x'
  for (const name of [dead, alive, elsewhere]) writeFileSync(join(path, 'scratch', name), '')
  new FileObjects(path)
  assert.deepEqual(readdirSync(join(path, 'scratch')).sort(), [alive, elsewhere].sort())
  rmSync(path, { recursive: true })
})
