import type { BuiltIn } from '../../command.ts'
import { registryExport } from './export.ts'
import { registryFind } from './find.ts'
import { registryImport } from './import.ts'
import { registryList } from './list.ts'
import { registryShow } from './show.ts'
import { registryVerify } from './verify.ts'

/** The commands of the watermark registry, in the order that help shows them. */
export const watermarkRegistry: readonly BuiltIn[] = [
  registryList,
  registryShow,
  registryFind,
  registryImport,
  registryExport,
  registryVerify,
]
