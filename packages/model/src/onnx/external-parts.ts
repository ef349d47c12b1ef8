import { posix } from 'node:path'
import { externalData } from '../failures.ts'
import { tensorBytes } from './check-tensor.ts'
import type { Model, Tensor } from './schema.ts'
import { tensorsOf } from './tensors.ts'

/** Where a tensor's bytes lie in another file (onnx.proto, `TensorProto.external_data`). */
export interface ExternalPart {
  /** Relative to the folder of the model. */
  readonly file: string
  readonly offset: number
  readonly length: number
}

/**
 * Refuses names that could lead out of the model's folder.
 *
 * @throws ColophonError MODEL_EXTERNAL_DATA
 */
function checkLocation(location: string, model: string): void {
  const wrong = (why: string) => externalData(model, location, why)
  if (location.includes('\0')) throw wrong('its name holds a zero byte')
  if (/^([/\\]|[A-Za-z]:)/.test(location)) throw wrong('its path is absolute, and must lie in the folder of the model')
  if (location.split(/[/\\]/).includes('..')) throw wrong('its path leads out of the folder of the model')
}

/** The part that one tensor names. @throws ColophonError MODEL_EXTERNAL_DATA */
export function externalPart(tensor: Tensor, model: string): ExternalPart {
  const entries = Object.fromEntries(tensor.externalData.map(({ key, value }) => [key, value]))
  const location = entries.location ?? ''
  checkLocation(location, model)
  const number = (key: string, missing: number): number => {
    const text = entries[key]
    if (text === undefined) return missing
    if (!/^\d{1,15}$/.test(text)) throw externalData(model, location, `its ${key} "${text}" is not a number of bytes`)
    return Number(text)
  }
  const wanted = tensorBytes(tensor)
  const length = number('length', wanted ?? 0)
  if (wanted !== undefined && length !== wanted)
    throw externalData(model, location, `${length} bytes are named for a tensor of ${wanted}`)
  return { file: posix.normalize(location), offset: number('offset', 0), length }
}

/**
 * The parts of other files that a model is made of.
 *
 * @throws ColophonError MODEL_EXTERNAL_DATA when one lies outside the model's folder
 */
export const externalParts = (model: Model, name: string): ExternalPart[] =>
  [...tensorsOf(model)]
    .filter(({ tensor }) => tensor.dataLocation === 1)
    .map(({ tensor }) => externalPart(tensor, name))
