import { createHash } from 'node:crypto'
import { encode } from '@colophon/core'
import type { NewEntry } from './entry.ts'
import { jsonMembers } from './json-members.ts'

/** An entry of a file that is imported, and where it stands. */
export interface ImportRow {
  /** What the file calls it: a candidate's key, or the number of its line. */
  readonly key: string
  readonly line: number
  readonly entry: NewEntry
}

/** A row that cannot be imported. */
export interface BadRow {
  /** Undefined where the file itself is broken. */
  readonly key?: string
  readonly line: number
  readonly why: string
}

/** The rows of a file. */
export interface ImportRows {
  readonly rows: readonly ImportRow[]
  readonly bad: readonly BadRow[]
}

const mostBits = 1 << 16
const fields = ['original_message', 'encoded_binary', 'timestamp', 'task_id', 'modality'] as const
type Fields = Partial<Record<(typeof fields)[number], unknown>>

/**
 * Reads `candidate_messages.json` as the AI-Generated-Content-Identification-Toolkit (later UniMark) writes it: an object of candidates, each under 16
 * hexadecimal digits, with `original_message`, `encoded_binary` (a list of 0 and 1), `modality`, and perhaps `timestamp` (ISO 8601, without a
 * zone taken as UTC) and `task_id`.
 *
 * A candidate gets an id that follows from it alone, so the same file imported twice, or on two sites, gives the same entries. Keys are digests of
 * what the candidate holds, but the tool has written them in several ways, so they are not checked.
 *
 * @returns the good rows, and the bad ones with reasons; a file that is cut off gives those before the cut
 */
export function readCandidateMessages(text: string): ImportRows {
  const { members, problem } = jsonMembers(text)
  const rows: ImportRow[] = []
  const bad: BadRow[] = []
  const lines = new Map<string, number>()
  for (const { key, value, line } of members) {
    const earlier = lines.get(key)
    try {
      if (earlier !== undefined) throw new Refused(`its key stands on line ${earlier} already`)
      lines.set(key, line)
      rows.push({ key, line, entry: entryOf(key, fieldsOf(value)) })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      bad.push({ key, line, why: error.message })
    }
  }
  if (problem) bad.push(problem)
  return { rows, bad }
}

class Refused extends Error {}

/** The fields of a candidate. */
function fieldsOf(value: string): Fields {
  const { members, problem } = jsonMembers(value)
  if (problem) throw new Refused(value.startsWith('{') ? `it is broken: ${problem.why}` : 'it is no object')
  const found: Fields = {}
  for (const { key, value: text } of members) {
    const field = fields.find((name) => name === key)
    if (!field) continue
    if (field in found) throw new Refused(`it has "${field}" twice`)
    try {
      found[field] = JSON.parse(text)
    } catch {
      throw new Refused(`its "${field}" is not valid JSON`)
    }
  }
  return found
}

function entryOf(key: string, candidate: Fields): NewEntry {
  const message = textOf(candidate, 'original_message')
  const modality = textOf(candidate, 'modality')
  const bits = bitsOf(candidate.encoded_binary)
  const task = candidate.task_id == null ? undefined : textOf(candidate, 'task_id')
  const time = candidate.timestamp == null ? undefined : timeOf(candidate.timestamp)
  return {
    payload: { kind: 'id', id: candidateId(key, message, modality, bits), bits: 64 },
    message,
    source: 'imported',
    ...(time && { time }),
    candidate: { key, bits, modality, ...(task !== undefined && { task }) },
  }
}

function textOf(candidate: Fields, field: (typeof fields)[number]): string {
  const value = candidate[field]
  if (value === undefined) throw new Refused(`it has no "${field}"`)
  if (typeof value !== 'string') throw new Refused(`its "${field}" is ${nameOf(value)}, not a text`)
  if (value === '') throw new Refused(`its "${field}" is empty`)
  if (!value.isWellFormed()) throw new Refused(`its "${field}" has half of a surrogate pair`)
  return value
}

function bitsOf(value: unknown): Uint8Array {
  if (value === undefined) throw new Refused('it has no "encoded_binary"')
  if (!Array.isArray(value)) throw new Refused(`its "encoded_binary" is ${nameOf(value)}, not a list`)
  if (value.length === 0) throw new Refused('its "encoded_binary" is empty')
  if (value.length > mostBits)
    throw new Refused(`its "encoded_binary" has ${value.length} bits, and ${mostBits} are the most`)
  const wrong = value.findIndex((bit) => bit !== 0 && bit !== 1)
  if (wrong >= 0) throw new Refused(`item ${wrong} of its "encoded_binary" is neither 0 nor 1`)
  return Uint8Array.from(value)
}

function timeOf(value: unknown): Date {
  const [, day, clock, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(String(value)) ?? []
  const time = new Date(day ? `${day}T${(clock ?? '00:00').replace(/(\.\d{3})\d+$/, '$1')}${zone ?? 'Z'}` : Number.NaN)
  if (typeof value !== 'string' || Number.isNaN(time.getTime())) throw new Refused('its "timestamp" is no time')
  return time
}

const nameOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`

const candidateId = (key: string, message: string, modality: string, bits: Uint8Array): bigint =>
  createHash('sha256')
    .update(encode(['candidate message', key, message, modality, bits]))
    .digest()
    .readBigUInt64BE()
