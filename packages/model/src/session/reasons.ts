import { type ColophonError, reasonOf } from '@colophon/core'
import { damaged, unsupported } from '../failures.ts'

/** Where the list of arguments ends that begins at the first parenthesis. */
function afterArguments(text: string): number {
  let depth = 0
  for (let at = text.indexOf('('); at >= 0 && at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth === 0) return at + 1
  }
  return 0
}

/** What ONNX Runtime says, without the places in its source, on one line, without the full stop. */
export function plainReason(thrown: unknown): string {
  let text = reasonOf(thrown).replace(/^Load model from .*? failed:/, '')
  const source = /\/\S*onnxruntime\S*:\d+ /.exec(text)
  if (source) {
    const before = text.slice(0, source.index)
    const rest = text.slice(source.index + source[0].length)
    text = `${before}${rest.slice(afterArguments(rest))}`
  }
  return text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '')
}

type Sentence = (...found: string[]) => string

/** What ONNX Runtime says of models that are whole but that it does not know how to run. */
const unsupportedReasons: readonly (readonly [RegExp, Sentence])[] = [
  [
    /No Op registered for (\S+) with domain_version of (\d+)/,
    (operator, version) => `it uses the operator "${operator}", which operator set ${version} does not have`,
  ],
  [
    /(\S+)\(-?\d+\) is not a registered function\/op/,
    (operator) => `it uses the operator "${operator}", which ONNX Runtime does not know`,
  ],
  [
    /Could not find an implementation for (\S+)\((\d+)\)/,
    (operator) => `ONNX Runtime has no implementation of the operator "${operator}" for the types it is used with`,
  ],
  [
    /Opset (\d+) is under development.*till opset (\d+)/s,
    (found, known) => `it needs operator set ${found}, and ONNX Runtime knows up to ${known}`,
  ],
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    (found, known) => `its format is IR version ${found}, and ONNX Runtime knows up to ${known}`,
  ],
]

/** Why a model could not be loaded. */
export function loadFailure(name: string, thrown: unknown): ColophonError {
  const text = reasonOf(thrown)
  for (const [pattern, sentence] of unsupportedReasons) {
    const found = pattern.exec(text)
    if (found) return unsupported(name, sentence(...found.slice(1)), thrown)
  }
  const why = plainReason(thrown).replace(/^This is an invalid model\.? ?/, '')
  return /invalid model|Type Error|protobuf parsing failed|TypeInferenceError|ShapeInferenceError/i.test(text)
    ? damaged(name, `ONNX Runtime says: ${why}`, thrown)
    : unsupported(name, `ONNX Runtime says: ${why}`, thrown)
}
