/**
 * The one table of error codes. The same code, sentence and exit status appear in the library, on the command line, over
 * HTTP (as RFC 9457 problem details) and in `docs/errors.md`, which is generated from this file.
 *
 * A row's `text` is one or two plain sentences: what is wrong, naming the thing at fault, and what to do about it.
 */

/** Exit codes of the command line: 1 the op failed, 2 wrong usage, 3 bad input, 4 not found, 130 interrupted. */
export type ExitCode = 1 | 2 | 3 | 4 | 130

interface Row<D> {
  readonly exit: ExitCode
  /** HTTP status of the problem document. */
  readonly status: number
  /** Short title, the same for every occurrence of the code. */
  readonly title: string
  readonly text: (details: D) => string
}

const row = <D>(exit: ExitCode, status: number, title: string, text: (details: D) => string): Row<D> => ({
  exit,
  status,
  title,
  text,
})

type Path = { path: string }

export const errorTable = {
  // Values
  VALUE_CYCLE: row(
    3,
    422,
    'Value contains itself',
    (d: Path) => `The value at ${d.path} contains itself. Pass a tree without cycles.`,
  ),
  VALUE_HOLE: row(
    3,
    422,
    'Hole in an array',
    (d: Path) => `The array has a hole at ${d.path}. Write undefined or null there.`,
  ),
  VALUE_NOT_ENCODABLE: row(
    3,
    422,
    'Value cannot be stored',
    (d: Path & { what: string }) =>
      `The value at ${d.path} is ${d.what}, which cannot be stored. Pass plain data or a blob instead.`,
  ),
  VALUE_TOO_DEEP: row(
    3,
    422,
    'Value nested too deeply',
    (d: Path & { limit: number }) => `The value at ${d.path} is nested more than ${d.limit} levels deep. Flatten it.`,
  ),
  VALUE_CORRUPT: row(
    1,
    500,
    'Stored value is damaged',
    (d: { hash: string; why: string }) =>
      `The stored value ${d.hash} is damaged: ${d.why}. Run "colophon store verify --repair", then call the op again to remake it.`,
  ),
  VALUE_PATH_MISSING: row(3, 422, 'No such item', (d: Path) => `The value has no item at ${d.path}.`),

  // Declarations and calls
  CALL_CANCELLED: row(130, 499, 'Cancelled', (d: { op: string }) => `"${d.op}" was cancelled.`),
  CALL_INPUT_INVALID: row(
    3,
    422,
    'Input is not valid',
    (d: { op: string; input: string; why: string }) => `Input "${d.input}" of "${d.op}" is not valid: ${d.why}.`,
  ),
  CALL_INPUT_MISSING: row(
    2,
    422,
    'Input is missing',
    (d: { op: string; input: string }) => `"${d.op}" needs the input "${d.input}". Give it.`,
  ),
  CALL_INPUT_UNKNOWN: row(
    2,
    422,
    'Unknown input or param',
    (d: { op: string; input: string; known: string }) =>
      `"${d.op}" has no input or param called "${d.input}". It knows: ${d.known}.`,
  ),
  CALL_NOT_FOUND: row(
    4,
    404,
    'No such call',
    (d: { call: string }) => `No call ${d.call} is in this store. "colophon store stats" shows what is.`,
  ),
  CALL_OUTPUT_INVALID: row(
    1,
    500,
    'Output is not what was declared',
    (d: { op: string; output: string; why: string }) =>
      `Output "${d.output}" of "${d.op}" is not what the op declares: ${d.why}. The op's code is at fault.`,
  ),
  CALL_PARAM_INVALID: row(
    2,
    422,
    'Param is not valid',
    (d: { op: string; param: string; why: string }) => `Param "${d.param}" of "${d.op}" is not valid: ${d.why}.`,
  ),
  CALL_RECURSION: row(
    1,
    500,
    'Call waits for itself',
    (d: { op: string }) =>
      `"${d.op}" called itself with the same inputs and would wait for itself for ever. Give the inner call other inputs.`,
  ),
  CALL_TIMEOUT: row(
    1,
    504,
    'Call took too long',
    (d: { op: string; ms: number }) =>
      `"${d.op}" did not end within ${d.ms} ms and was stopped. Allow more time or give it less work.`,
  ),
  EFFECT_UNCERTAIN: row(
    1,
    409,
    'An external effect may have happened already',
    (d: { op: string; since: string }) =>
      `"${d.op}" acts on the outside world, may not be repeated, and was begun at ${d.since} without ending. Check whether its effect took place, then call it again with { confirmRepeat: true }.`,
  ),
  FOREIGN_NO_WORKER: row(
    1,
    503,
    'No worker for a foreign op',
    (d: { op: string }) =>
      `"${d.op}" is run by a worker elsewhere, and this store has no executor that reaches one. Give createStore an executor.`,
  ),
  NEW_CALL_REFUSED: row(
    1,
    409,
    'New calls are not allowed here',
    (d: { op: string; key: string }) =>
      `"${d.op}" has no stored result for these inputs (key ${d.key}), and this run allows no new calls.`,
  ),
  OP_FAILED: row(
    1,
    500,
    'The op failed',
    (d: { op: string; why: string; call?: string }) => `"${d.op}" failed: ${d.why}`,
  ),
  OP_INVALID: row(
    2,
    500,
    'Op is declared wrongly',
    (d: { op: string; why: string }) => `The declaration of the op "${d.op}" is wrong: ${d.why}.`,
  ),
  OP_NAME_TAKEN: row(
    2,
    500,
    'Two ops share a name',
    (d: { op: string; version: number }) =>
      `Two different ops are both called "${d.op}" version ${d.version}. Rename one, or raise its version.`,
  ),
  OP_NOT_FOUND: row(
    2,
    404,
    'No such op',
    (d: { op: string; hint?: string }) =>
      `There is no op "${d.op}".${d.hint ? ` Did you mean "${d.hint}"?` : ''} "colophon ops list" shows all.`,
  ),
  READ_FAILED: row(
    1,
    500,
    'A declared read failed',
    (d: { op: string; read: string; why: string }) => `"${d.op}" reads "${d.read}", which could not be read: ${d.why}.`,
  ),
  SECRET_DAMAGED: row(
    1,
    500,
    'Kept secret is damaged',
    (d: { name: string } & Path) =>
      `The secret "${d.name}" that the store keeps in ${d.path} is damaged. Restore the file from a backup; what was made with it cannot be read with another.`,
  ),
  SECRET_NOT_FOUND: row(
    2,
    422,
    'Secret not found',
    (d: { name: string }) =>
      `The secret "${d.name}" is not known. Set it under secrets in the configuration or as COLOPHON_SECRET_${d.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}.`,
  ),

  // Files and blobs
  FILE_EMPTY: row(3, 422, 'File is empty', (d: Path) => `${d.path} is empty. Give a file that holds something.`),
  FILE_IS_DIRECTORY: row(3, 422, 'Not a file', (d: Path) => `${d.path} is a directory. Give a file.`),
  FILE_NOT_FOUND: row(3, 404, 'File not found', (d: Path) => `${d.path} does not exist. Check the path.`),
  FILE_NOT_READABLE: row(
    3,
    403,
    'File cannot be read',
    (d: Path & { why: string }) => `${d.path} cannot be read: ${d.why}.`,
  ),
  FILE_NOT_WRITABLE: row(
    3,
    403,
    'File cannot be written',
    (d: Path & { why: string }) => `${d.path} cannot be written: ${d.why}.`,
  ),
  FILE_EXISTS: row(
    3,
    409,
    'File exists already',
    (d: Path) => `${d.path} exists already. Choose another name or add --force.`,
  ),
  RANGE_INVALID: row(
    3,
    416,
    'Range is not valid',
    (d: { start: number; end: number; size: number }) =>
      `The range ${d.start} to ${d.end} does not lie within the ${d.size} bytes of the blob.`,
  ),

  // Store
  STORE_CLOSED: row(
    1,
    503,
    'Store is closed',
    (_: Record<never, never>) => 'The store is closed. Open it again with createStore.',
  ),
  STORE_DAMAGED: row(
    1,
    500,
    'Database of the store is damaged',
    (d: Path & { why: string }) =>
      `The database of the store at ${d.path} is damaged: ${d.why}. Restore it from a backup, or begin a new store.`,
  ),
  STORE_DISK_FULL: row(
    1,
    507,
    'Disk is full',
    (d: Path) =>
      `There is no space left where the store writes (${d.path}). Nothing half-written was kept. Free some space and call again.`,
  ),
  STORE_FAILED: row(1, 500, 'Store failed', (d: Path & { why: string }) => `The store at ${d.path} failed: ${d.why}.`),
  STORE_LOCKED: row(
    1,
    503,
    'Store is busy',
    (d: Path) => `Another process has held the store at ${d.path} locked for too long. Try again when it is done.`,
  ),
  STORE_NOT_A_STORE: row(
    3,
    422,
    'Not a store',
    (d: Path & { why: string }) => `${d.path} is not a Colophon store: ${d.why}. Give another path.`,
  ),
  STORE_NOT_WRITABLE: row(
    3,
    403,
    'Store cannot be written',
    (d: Path & { why: string }) =>
      `The store at ${d.path} cannot be written: ${d.why}. Allow it, or give another path.`,
  ),
  STORE_OBJECT_MISSING: row(
    1,
    500,
    'Stored object is missing',
    (d: { hash: string }) => `The object ${d.hash} is recorded but its file is gone. Call the op again to remake it.`,
  ),
  STORE_TOO_NEW: row(
    1,
    500,
    'Store is newer than this program',
    (d: Path & { found: number; known: number }) =>
      `The store at ${d.path} has format ${d.found}, and this program knows up to ${d.known}. Install a newer version.`,
  ),

  // Configuration and command line
  CONFIG_INVALID: row(
    2,
    500,
    'Configuration is not valid',
    (d: { key: string; source: string; why: string }) =>
      `Configuration key "${d.key}" (from ${d.source}) is not valid: ${d.why}.`,
  ),
  CONFIG_PROBLEMS: row(
    2,
    500,
    'Several things in the configuration are wrong',
    (d: { count: number; problems: readonly string[] }) =>
      `The configuration has ${d.count} problems:\n- ${d.problems.join('\n- ')}`,
  ),
  CONFIG_UNKNOWN_KEY: row(
    2,
    500,
    'Unknown configuration key',
    (d: { key: string; source: string; hint?: string }) =>
      `There is no configuration key "${d.key}" (from ${d.source}).${d.hint ? ` Did you mean "${d.hint}"?` : ''}`,
  ),
  CONFIG_UNREADABLE: row(
    2,
    500,
    'Configuration cannot be read',
    (d: Path & { why: string }) => `The configuration file ${d.path} cannot be read: ${d.why}.`,
  ),
  OPS_NOT_LOADED: row(
    2,
    500,
    'Ops cannot be loaded',
    (d: Path & { why: string }) => `The ops in ${d.path} cannot be loaded: ${d.why}.`,
  ),
  STORE_NOT_FOUND: row(
    4,
    404,
    'No store there',
    (d: Path) => `There is no store at ${d.path} yet. The first call makes it; --store names another.`,
  ),
  USAGE: row(
    2,
    400,
    'Wrong usage',
    (d: { why: string; help?: string }) => `${d.why}${d.help ? ` See "${d.help}".` : ''}`,
  ),

  // Media
  MEDIA_CRASHED: row(
    3,
    422,
    'Media file crashed its reader',
    (d: { name: string; why: string }) =>
      `${d.name} crashed the process that read it: ${d.why}. Nothing else came to harm. The file is probably damaged.`,
  ),
  MEDIA_DAMAGED: row(
    3,
    422,
    'Media file is damaged',
    (d: { name: string; why: string }) => `${d.name} is damaged or cut short: ${d.why}.`,
  ),
  MEDIA_KERNEL_MISSING: row(
    1,
    500,
    'Compiled kernel is missing',
    (d: { kernel: string }) =>
      `The compiled kernel ${d.kernel}.wasm is missing. In a clone run "npm run prepare" (npm ci does); otherwise install again.`,
  ),
  MEDIA_NOT_RECOGNISED: row(
    3,
    415,
    'Not a media file',
    (d: { name: string; why: string }) => `${d.name} is not a media file that Colophon reads: ${d.why}.`,
  ),
  MEDIA_OVER_MEMORY: row(
    3,
    413,
    'Media file needs too much memory',
    (d: { name: string; mebibytes: number }) =>
      `${d.name} needs more than the ${d.mebibytes} MiB of memory that it may have, so reading it was ended. Allow more if you trust it.`,
  ),
  MEDIA_OVER_TIME: row(
    3,
    413,
    'Media file takes too long',
    (d: { name: string; seconds: number }) =>
      `${d.name} takes longer to read than the ${d.seconds} s that it may, so reading it was ended. Allow more if you trust it.`,
  ),
  MEDIA_NOT_WRITTEN: row(
    1,
    422,
    'Media cannot be written',
    (d: { name: string; why: string }) => `${d.name} was not written: ${d.why}.`,
  ),
  MEDIA_TOO_LARGE: row(
    3,
    413,
    'Media exceeds a limit',
    (d: { name: string; what: string; found: number; limit: number }) =>
      `${d.name} has ${d.found} ${d.what}, more than the limit of ${d.limit}.`,
  ),
  MEDIA_WRONG_KIND: row(
    3,
    415,
    'Wrong kind of media',
    (d: { name: string; found: string; wanted: string }) => `${d.name} is ${d.found}, and ${d.wanted} is wanted.`,
  ),

  // Processes
  SANDBOX_FAILED: row(
    1,
    500,
    'Sandbox failed',
    (d: { why: string }) => `Something that ran in a sandbox failed: ${d.why}.`,
  ),

  // Models
  MODEL_CHANGED: row(
    1,
    409,
    'Model changed while it was loaded',
    (d: { name: string }) => `${d.name} changed while it was being loaded. Call again when it is whole.`,
  ),
  MODEL_CLOSED: row(
    1,
    500,
    'Model is closed',
    (d: { name: string }) => `${d.name} was disposed of and cannot run. Load it again.`,
  ),
  MODEL_DAMAGED: row(
    3,
    422,
    'Model file is damaged',
    (d: { name: string; why: string }) => `${d.name} is damaged or cut short: ${d.why}.`,
  ),
  MODEL_EXTERNAL_DATA: row(
    3,
    422,
    'Weights in another file cannot be used',
    (d: { name: string; file: string; why: string }) =>
      `${d.name} keeps weights in the file "${d.file}", which cannot be used: ${d.why}.`,
  ),
  MODEL_INPUT_INVALID: row(
    3,
    422,
    'Input does not fit the model',
    (d: { name: string; input: string; why: string }) =>
      `${d.name} cannot take what it was given as "${d.input}": ${d.why}.`,
  ),
  MODEL_NOT_RECOGNISED: row(
    3,
    415,
    'Not an ONNX model',
    (d: { name: string; why: string }) => `${d.name} is not an ONNX model: ${d.why}.`,
  ),
  MODEL_OUTPUT_UNKNOWN: row(
    3,
    422,
    'The model has no such output',
    (d: { name: string; output: string; known: string }) =>
      `${d.name} has no output "${d.output}". It has: ${d.known}.`,
  ),
  MODEL_PROVIDER_MISSING: row(
    1,
    503,
    'Execution provider is not available',
    (d: { provider: string; why: string }) => `Models cannot run on ${d.provider} here: ${d.why}.`,
  ),
  MODEL_RUN_FAILED: row(1, 500, 'Model failed', (d: { name: string; why: string }) => `${d.name} failed: ${d.why}.`),
  MODEL_RUNTIME_MISSING: row(
    1,
    500,
    'ONNX Runtime cannot be loaded',
    (d: { why: string }) =>
      `ONNX Runtime (the npm package onnxruntime-node) cannot be loaded: ${d.why}. Install it for this platform.`,
  ),
  MODEL_TOO_LARGE: row(
    3,
    413,
    'Model exceeds a limit',
    (d: { name: string; what: string; found: number; limit: number }) =>
      `${d.name} has ${d.found} ${d.what}, more than the limit of ${d.limit}.`,
  ),
  MODEL_UNSUPPORTED: row(
    3,
    422,
    'Model cannot be run',
    (d: { name: string; why: string }) => `${d.name} cannot be run: ${d.why}.`,
  ),

  WORKER_FAILED: row(
    1,
    500,
    'Worker thread failed',
    (d: { name: string; why: string }) => `The function "${d.name}" did not end on its worker thread: ${d.why}.`,
  ),

  INTERNAL: row(
    1,
    500,
    'Internal error',
    (d: { why: string }) => `Something went wrong inside Colophon: ${d.why}. Please report it.`,
  ),

  // Tone
  TONE_NOT_FINITE: row(
    3,
    422,
    'Samples are not numbers',
    (d: { name: string; time: number }) =>
      `${d.name} has samples that are not numbers, first at ${d.time.toFixed(3)} s. Write the recording again from its source.`,
  ),
  TONE_NOT_PAIRED: row(
    3,
    422,
    'Recordings are not of the same performance',
    (d: { reference: string; target: string; why: string }) =>
      `${d.reference} and ${d.target} are not two versions of one recording: ${d.why}. Use mode "style" for unrelated recordings.`,
  ),
  TONE_PRESET_INVALID: row(
    3,
    422,
    'Preset is not valid',
    (d: { name: string; why: string }) =>
      `${d.name} is not a preset: ${d.why}. Make one with "colophon tone match", or correct it by the schema in docs/tone-preset.schema.json.`,
  ),
  TONE_REFERENCES_WRONG: row(
    2,
    400,
    'References are not as they must be',
    (d: { why: string }) => `References and their weights do not go together: ${d.why}.`,
  ),
  TONE_SILENT: row(
    3,
    422,
    'Recording is silent',
    (d: { name: string }) =>
      `${d.name} is silent: nothing in it is above -70 LUFS, so there is nothing to measure it by. Give a recording with sound in it.`,
  ),
  TONE_TOO_SHORT: row(
    3,
    422,
    'Recording is too short',
    (d: { name: string; seconds: number; least: number }) =>
      `${d.name} is ${d.seconds.toFixed(2)} s long, and at least ${d.least} s are needed. Give a longer recording.`,
  ),

  // Watermarks
  WATERMARK_ID_INVALID: row(
    2,
    400,
    'Not a payload id',
    (d: { given: string; why: string }) => `"${d.given}" is not the id of a payload: ${d.why}.`,
  ),
  WATERMARK_KEY_INVALID: row(
    2,
    400,
    'Watermark key cannot be used',
    (d: { why: string }) => `The watermark key cannot be used: ${d.why}. Give a long random text or 32 random bytes.`,
  ),
  WATERMARK_NO_CAPACITY: row(
    3,
    422,
    'Picture cannot carry a mark',
    (d: { name: string; why: string }) => `${d.name} cannot carry a mark: ${d.why}.`,
  ),
  WATERMARK_NOT_READ_BACK: row(
    1,
    422,
    'Mark was not read back',
    (d: { name: string; psnr: number }) =>
      `The mark was not read back from the file made of ${d.name}, so that file was not kept. Allow a change below ${d.psnr} dB, fewer bits, or a higher quality of the file.`,
  ),
  WATERMARK_NOTHING_TO_HIDE: row(
    2,
    400,
    'Nothing to hide',
    (_: Record<never, never>) => 'There is nothing to hide. Give a message, an id or a recipient.',
  ),
  WATERMARK_REGISTRY_CONFLICT: row(
    3,
    409,
    'Payload stands for another message',
    (d: { payload: string; known: string; given: string }) =>
      `The payload ${d.payload} is registered for ${d.known} and cannot stand for ${d.given} as well. Hide another id, or one of more bits.`,
  ),
  WATERMARK_REGISTRY_DAMAGED: row(
    1,
    500,
    'Watermark registry is damaged',
    (d: Path & { why: string }) =>
      `The watermark registry ${d.path} is damaged: ${d.why}. Restore it from a backup, or import an export of it into a new one.`,
  ),
  WATERMARK_REGISTRY_ENTRY_INVALID: row(
    3,
    422,
    'Entry cannot be registered',
    (d: { why: string }) => `The entry cannot be registered: ${d.why}.`,
  ),
  WATERMARK_REGISTRY_IMPORT_INVALID: row(
    3,
    422,
    'Not a list of candidate messages',
    (d: { name: string; why: string }) => `${d.name} cannot be imported into the registry: ${d.why}.`,
  ),
  WATERMARK_REGISTRY_NOT_FOUND: row(
    4,
    404,
    'Not in the watermark registry',
    (d: { payload: string; tenant: string }) =>
      `The payload ${d.payload} is not in the watermark registry of tenant "${d.tenant}". "colophon watermark registry list" shows what is.`,
  ),
  WATERMARK_REGISTRY_ROW_DAMAGED: row(
    1,
    500,
    'Row of the watermark registry is damaged',
    (d: Path & { row: number; table: string; why: string }) =>
      `Row ${d.row} of ${d.table} in the watermark registry ${d.path} is damaged: ${d.why}. Restore the file from a backup; "colophon watermark registry verify" lists all such rows.`,
  ),
  WATERMARK_TEXT_INVALID: row(
    2,
    400,
    'Text cannot be hidden',
    (d: { why: string }) => `The text cannot be hidden: ${d.why}.`,
  ),
  WATERMARK_TEXT_TOO_LONG: row(
    2,
    400,
    'Text is too long to be hidden',
    (d: { bytes: number; most: number }) =>
      `The text is ${d.bytes} bytes long in UTF-8, and a mark holds ${d.most}. Register it, and hide the id that it gets.`,
  ),
} as const

export type ErrorCode = keyof typeof errorTable

/** The details that a code's sentence needs. */
export type ErrorDetails<C extends ErrorCode> = Parameters<(typeof errorTable)[C]['text']>[0]

/**
 * Every error that leaves Colophon. Its message is made from {@link errorTable}, so the same code always reads the same.
 *
 * @example
 * throw new ColophonError('FILE_NOT_FOUND', { path: 'clip.mp4' })
 */
export class ColophonError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly details: ErrorDetails<C>

  constructor(code: C, details: ErrorDetails<C>, options?: { cause?: unknown }) {
    super((errorTable[code].text as (details: ErrorDetails<C>) => string)(details), options)
    this.name = 'ColophonError'
    this.code = code
    this.details = details
  }

  /** Exit code of the command line for this error. */
  get exitCode(): ExitCode {
    return errorTable[this.code].exit
  }

  /** HTTP status for this error. */
  get status(): number {
    return errorTable[this.code].status
  }

  /** The error as an RFC 9457 problem document, with `code` and `details` as extension members. */
  toProblem(): { type: string; title: string; status: number; detail: string; code: string; details: object } {
    return {
      type: `urn:colophon:error:${this.code}`,
      title: errorTable[this.code].title,
      status: this.status,
      detail: this.message,
      code: this.code,
      details: this.details,
    }
  }
}

/** Plain sentence of anything thrown, without a stack. */
export const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** Anything thrown, as a {@link ColophonError}; what is not one yet becomes `INTERNAL` with the original as its cause. */
export const toColophonError = (thrown: unknown): ColophonError =>
  thrown instanceof ColophonError ? thrown : new ColophonError('INTERNAL', { why: reasonOf(thrown) }, { cause: thrown })
