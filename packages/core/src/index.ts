export type { CommitMode } from './call/committer.ts'
export { type LogEvent, type ProgressEvent, plain, type RunOptions, type StepEvent } from './call/context.ts'
export * from './config/config.ts'
export {
  ColophonError,
  type ErrorCode,
  type ErrorDetails,
  type ExitCode,
  errorTable,
  reasonOf,
  toColophonError,
} from './errors.ts'
export { nearest } from './nearest.ts'
export { type Catalogue, catalogue } from './op/catalogue.ts'
export { costOf } from './op/cost.ts'
export { type Execution, type Executor, inPlace } from './op/executor.ts'
export {
  type AfterCall,
  type AfterResult,
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
} from './op/op.ts'
export { isSecret, isUnkeyed, Secret, type SecretProvider, secret, unkeyed } from './op/params.ts'
export { env, fileContent, type Read } from './op/reads.ts'
export { createStore } from './store/create-store.ts'
export type { CallRecord, OpStats, RunSummary, StepSummary, StoreStats, ValueRecord } from './store/inspect.ts'
export type { KeptSecret } from './store/kept-secrets.ts'
export { openRoomDatabase } from './store/open-room-database.ts'
export type { StepState } from './store/records.ts'
export type { RoomDatabase } from './store/room-database.ts'
export type { Synchronous } from './store/sqlite.ts'
export type { Store, StoreOptions } from './store/store.ts'
export { storeError } from './store/store-error.ts'
export type { VerifyReport } from './store/verify.ts'
export { decode, encode, maxDepth } from './value/encoding.ts'
export { BlobRef, type ByteRange, type Facts, type History, Ref, type Unwrapped, unwrap } from './value/ref.ts'
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
} from './value/value-type.ts'
