export { type Catalogue, catalogue } from './catalogue.ts'
export type { CommitMode } from './committer.ts'
export * from './config.ts'
export { type LogEvent, type ProgressEvent, plain, type RunOptions, type StepEvent } from './context.ts'
export { costOf } from './cost.ts'
export { createStore } from './create-store.ts'
export { decode, encode, maxDepth } from './encoding.ts'
export {
  ColophonError,
  type ErrorCode,
  type ErrorDetails,
  type ExitCode,
  errorTable,
  reasonOf,
  toColophonError,
} from './errors.ts'
export { type Execution, type Executor, inPlace } from './executor.ts'
export { nearest } from './nearest.ts'
export {
  type CallOptions,
  type Cost,
  type Declaration,
  type ForeignSpec,
  foreignOp,
  type Metric,
  type Needs,
  type Op,
  type OpArgs,
  type OpContext,
  type OpRefs,
  type OpSpec,
  type Outcome,
  op,
  type PlainOptions,
  type RunArgs,
  type RunOutputs,
} from './op.ts'
export { isSecret, isUnkeyed, Secret, type SecretProvider, secret, unkeyed } from './params.ts'
export { env, fileContent, type Read } from './reads.ts'
export { BlobRef, type ByteRange, type Facts, type History, Ref, type Unwrapped, unwrap } from './ref.ts'
export type { CallRecord, OpStats, RunSummary, StepSummary, StoreStats, ValueRecord } from './store/inspect.ts'
export type { StepState } from './store/records.ts'
export type { Synchronous } from './store/sqlite.ts'
export type { VerifyReport } from './store/verify.ts'
export type { Store, StoreOptions } from './store.ts'
export {
  any,
  type BlobSource,
  type BlobTraits,
  blob,
  FileSource,
  file,
  type Given,
  json,
  list,
  optional,
  type RefOf,
  record,
  set,
  TempFile,
  type ValueType,
} from './value-type.ts'
