import type { BuiltIn } from '../command.ts'
import { callShow } from './call-show.ts'
import { configCheck } from './config-check.ts'
import { configShow } from './config-show.ts'
import { opsList } from './ops-list.ts'
import { opsShow } from './ops-show.ts'
import { run } from './run.ts'
import { storeStats } from './store-stats.ts'
import { storeVerify } from './store-verify.ts'
import { watermarkRegistry } from './watermark-registry/index.ts'

/** The commands that are always there, in the order that help shows them. */
export const builtIn: readonly BuiltIn[] = [
  run,
  opsList,
  opsShow,
  callShow,
  storeStats,
  storeVerify,
  configCheck,
  configShow,
  ...watermarkRegistry,
]
