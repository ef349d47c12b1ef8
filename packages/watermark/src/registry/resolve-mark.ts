import { type AfterCall, type AfterResult, ColophonError, type Outcome } from '@colophon/core'
import { mostTextBytes, payloadBits } from '../payload/payload.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { type ExtractReport, extractOutcome, type SoftBitsReport } from '../report/extract-report.ts'
import { oneIn } from '../report/payload-report.ts'
import { type Entry, messageName, payloadText } from './entry.ts'
import { fingerprintBits, parseFingerprint } from './fingerprint.ts'
import { nearestFingerprints } from './fingerprint-match.ts'
import { nearestPayload } from './nearest-payload.ts'
import { payloadOfReport } from './register-mark.ts'
import { Registry } from './registry.ts'
import type { DamagedRow } from './rows.ts'

/** What the registry knows of a payload, as it is shown. */
export interface ShownEntry {
  readonly payload: string
  readonly message: string
  readonly recipient?: string
  readonly source: string
  /** When it was registered, ISO 8601. */
  readonly time: string
  /** Public names of the calls that made files with it: ten at most, first those whose file looks the most like the one that was looked at. */
  readonly calls: readonly string[]
}

/** What a look-up says of a mark that was found. */
export interface MarkAnswer {
  /** `exact`: by the payload that was read; `nearest`: by what is left of one that could not be read. */
  readonly by: 'exact' | 'nearest'
  /** null: the payload was read, and is not in the registry. */
  readonly entry: ShownEntry | null
  /** `nearest`: probability that any of the registered payloads fits so well by chance. */
  readonly falseMatch?: number
  /** `nearest`: how many registered payloads were compared. */
  readonly candidates?: number
  readonly bitErrors?: number
  readonly codeBits?: number
}

/** What a look-up says of a picture that looks like registered ones. It is no watermark. */
export interface LikenessAnswer {
  /** The registered pictures that look alike, the most alike first; ten at most. */
  readonly entries: readonly (ShownEntry & {
    /** Bits of the fingerprint that differ, of `bits`. */
    readonly differing: number
    readonly turnedDegrees: number
    readonly mirrored: boolean
    /** Probability that any of the registered pictures looks so much alike by chance. */
    readonly falseMatch: number
  })[]
  /** How many look alike. */
  readonly alike: number
  /** How many were compared. */
  readonly candidates: number
  readonly bits: number
}

/** The registry's answer. */
export interface RegistryAnswer {
  /** null where no mark leads to an entry. */
  readonly mark: MarkAnswer | null
  /** Looked for where no mark leads to an entry; null where nothing looks alike. */
  readonly likeness: LikenessAnswer | null
  /** Rows that could not be used because they are damaged. */
  readonly damagedRows?: number
}

/** What `watermark.image.extract` gives, as far as a look-up needs it. */
export interface Extracted {
  readonly report: ExtractReport & { readonly fingerprint?: string | null | undefined }
  readonly soft?: SoftBitsReport | undefined
}

/** Where to look: tenant, store's folder, and where the key's value comes from. */
export type ResolveContext = Pick<AfterCall, 'tenant' | 'folder' | 'secrets'>

/**
 * Looks up what was extracted: by the payload, if one was read; else by what may be left of one, the nearest of all registered payloads, if chance does
 * not come as near; else by how the picture looks. It is a question to the store, and its answer changes with
 * what is registered; so it is never part of the op's result.
 *
 * @throws WATERMARK_REGISTRY_DAMAGED, WATERMARK_REGISTRY_ROW_DAMAGED, STORE_*
 */
export async function lookUp({ report, soft }: Extracted, context: ResolveContext): Promise<RegistryAnswer> {
  using registry = await Registry.openExisting(context.folder)
  if (!registry) return { mark: report.payload ? { by: 'exact', entry: null } : null, likeness: null }
  const { tenant } = context
  const damaged: DamagedRow[] = []
  const tell = (row: DamagedRow): void => void damaged.push(row)
  const fingerprint = parseFingerprint(report.fingerprint)
  const mark = report.payload
    ? ({ by: 'exact', entry: shown(registry.find(tenant, payloadOfReport(report.payload)), fingerprint) } as const)
    : soft
      ? await nearest(registry, { soft: soft.bits, key: report.key, fingerprint }, context, tell)
      : null
  const likeness = mark?.entry || !fingerprint ? null : alike(registry, fingerprint, tenant, tell)
  return { mark, likeness, ...(damaged.length > 0 && { damagedRows: damaged.length }) }
}

/** {@link lookUp} as what is done after an extraction: its answer is shown, and a payload that only it could tell counts as found. */
export async function resolveMark(extracted: Extracted, context: ResolveContext): Promise<AfterResult> {
  const answer = await lookUp(extracted, context)
  return { shown: { registry: answer }, outcome: outcomeOf(extracted.report, answer) }
}

async function nearest(
  registry: Registry,
  { soft, key, fingerprint }: { soft: readonly number[]; key: string; fingerprint: Uint8Array | undefined },
  { tenant, secrets }: ResolveContext,
  tell: (row: DamagedRow) => void,
): Promise<MarkAnswer | null> {
  const [name = '', version] = key.split('@')
  const secret = await secrets(name, version === undefined ? undefined : Number(version), true)
  if (!secret) return null
  const marks = function* () {
    // What another tool named a message by is nothing that was hidden here.
    for (const { row, mark } of registry.marks(tenant, tell))
      if (mark.source === 'embedded' && hasSoftBits(mark.payload)) yield { row, payload: mark.payload }
  }
  const { candidates, match } = nearestPayload(soft, marks(), MarkKey.from(secret.value))
  if (!match) return null
  const { bitErrors, codeBits } = match
  const falseMatch = Math.exp(match.logFalseMatch)
  const entry = shown(registry.entry(tenant, match.row), fingerprint)
  return { by: 'nearest', entry, falseMatch, candidates, bitErrors, codeBits }
}

/** Whether a payload is coded as soft bits are given: with 64 bits. */
const hasSoftBits = (payload: Entry['payload']): boolean =>
  payload.kind === 'id'
    ? payload.bits === softBitsSize
    : isHideable(payload.text) && payloadBits(payload) === softBitsSize

/** Texts that were registered without having been hidden may be such that they cannot be. */
const isHideable = (text: string): boolean =>
  text !== '' && !text.includes('\0') && Buffer.byteLength(text) <= mostTextBytes

const softBitsSize = 64

function alike(
  registry: Registry,
  fingerprint: Uint8Array,
  tenant: string,
  tell: (row: DamagedRow) => void,
): LikenessAnswer | null {
  const pictures = function* () {
    for (const { mark, copy } of registry.fingerprints(tenant, 'image', tell))
      yield { what: mark, fingerprint: copy.fingerprint }
  }
  const { candidates, matches } = nearestFingerprints(fingerprint, pictures())
  // A mark may have several files that look alike; the first is the most alike.
  const found = [...Map.groupBy(matches, ({ what }) => what).values()].map(([first]) => first!)
  if (found.length === 0) return null
  const entries = found.slice(0, mostShown).flatMap(({ what, differing, posture, logFalseMatch }) => {
    const entry = shown(readableEntry(registry, tenant, what, tell))
    const { turns, mirrored } = posture
    return entry
      ? [{ ...entry, differing, turnedDegrees: 90 * turns, mirrored, falseMatch: Math.exp(logFalseMatch) }]
      : []
  })
  return entries.length > 0 ? { entries, alike: found.length, candidates, bits: fingerprintBits } : null
}

/** A likeness is a hint, so one that leads to a damaged row is told and passed over. */
function readableEntry(
  registry: Registry,
  tenant: string,
  row: number,
  tell: (row: DamagedRow) => void,
): Entry | undefined {
  try {
    return registry.entry(tenant, row)
  } catch (error) {
    if (!(error instanceof ColophonError && error.code === 'WATERMARK_REGISTRY_ROW_DAMAGED')) throw error
    tell(error.details as DamagedRow)
    return undefined
  }
}

const mostShown = 10

function shown(entry: Entry | undefined, fingerprint?: Uint8Array | undefined): ShownEntry | null {
  if (!entry) return null
  const { payload, message, recipient, source, time, copies } = entry
  const calls = mostAlike(copies, fingerprint).flatMap(({ call }) => call ?? [])
  return {
    payload: payloadText(payload),
    message,
    ...(recipient !== undefined && { recipient }),
    source,
    time: time.toISOString(),
    calls: [...new Set(calls)].slice(0, mostShown),
  }
}

/** Copies in the order of how much they look like a picture; those that cannot be compared stay behind. */
function mostAlike(copies: Entry['copies'], fingerprint: Uint8Array | undefined): Entry['copies'] {
  if (!fingerprint || copies.length < 2) return copies
  const prints = copies.flatMap((copy) => (copy.fingerprint ? [{ what: copy, fingerprint: copy.fingerprint }] : []))
  const { matches } = nearestFingerprints(fingerprint, prints, { logLimit: Number.POSITIVE_INFINITY })
  return [...new Set([...matches.map(({ what }) => what), ...copies])]
}

function outcomeOf(report: ExtractReport, { mark, likeness }: RegistryAnswer): Outcome {
  const own = extractOutcome(report)
  if (mark?.by === 'nearest' && mark.entry) {
    const fit = `the nearest of ${mark.candidates} registered payloads, by chance ${oneIn(mark.falseMatch!)}`
    return { summary: `found what is left of ${mark.entry.payload} for ${messageName(mark.entry)}: ${fit}` }
  }
  if (mark?.entry) return { ...own, summary: `${own.summary}; registered for ${messageName(mark.entry)}` }
  const unknown = mark?.by === 'exact' && report.payload?.kind === 'id' ? '; it is not in the registry' : ''
  const like = likeness ? `; ${likenessText(likeness)}` : ''
  return { ...own, summary: `${own.summary}${unknown}${like}` }
}

/** Copies for several people look alike, so nobody is named where there is more than one. */
function likenessText({ entries, alike }: LikenessAnswer): string {
  const [first] = entries
  const one = alike === 1 && first ? `a registered one, ${messageName(first)}` : `${alike} registered ones`
  const chance = first ? ` (by chance ${oneIn(first.falseMatch)})` : ''
  return `the picture looks like ${one}${chance}, which is no mark`
}
