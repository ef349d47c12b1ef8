import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordsConformance } from './records.conformance.ts'
import { inMemory, openDatabase } from './sqlite.ts'
import { SqliteRecords } from './sqlite-records.ts'
import { ThreadedRecords } from './writer.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'colophon-records-'))

recordsConformance('SQLite on disk', () => {
  const path = folder()
  return { open: () => new SqliteRecords(openDatabase(path), path), remove: () => rmSync(path, { recursive: true }) }
})

recordsConformance('SQLite on disk, written by a thread', () => {
  const path = folder()
  return {
    open: () => ThreadedRecords.open(new SqliteRecords(openDatabase(path), path), path, {}),
    remove: () => rmSync(path, { recursive: true }),
  }
})

recordsConformance('SQLite in memory', () => {
  // One database for as long as the test runs: closing it is what a process's end would be.
  const records = new SqliteRecords(openDatabase(inMemory), inMemory)
  const open = new Proxy(records, {
    get: (target, name) => {
      if (name === 'close') return () => undefined
      const member = Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return { open: () => open, remove: () => records.close() }
})
