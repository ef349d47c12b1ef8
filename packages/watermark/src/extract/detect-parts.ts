import { type DetectResult, detectLuma } from '../image/detect-luma.ts'
import type { GreyPlane } from '../image/plane.ts'
import type { MarkKey } from '../payload/secret-key.ts'

/** A part of a picture, in its pixels. */
export interface Part {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What was found in the best part of a picture. */
export interface PartResult {
  readonly result: DetectResult
  /** Undefined for the whole. */
  readonly part?: Part
}

/** Side of a part: pictures are marked at this scale, so that a copy in it is seen as it is. */
const partSide = 512

/** Parts overlap by half, so that whatever is half as large lies in one of them. */
const step = partSide / 2

/** Chance of a false find in the whole picture that counts as none, as everywhere. */
const limit = 1e-6

/** The parts that a picture is taken apart into, the busiest first: what is flat holds nothing. */
export function partsOf(luma: GreyPlane): Part[] {
  const [across, down] = [places(luma.width), places(luma.height)]
  const parts = down.flatMap((y) => across.map((x) => ({ x, y, ...sizeAt(luma, x, y) })))
  const busy = new Map(parts.map((part) => [part, busyness(luma, part)]))
  return parts.sort((a, b) => busy.get(b)! - busy.get(a)!)
}

const places = (length: number): number[] => {
  const count = Math.max(1, Math.ceil((length - partSide) / step) + 1)
  return Array.from({ length: count }, (_, at) =>
    Math.round((at * Math.max(0, length - partSide)) / Math.max(1, count - 1)),
  )
}

const sizeAt = ({ width, height }: GreyPlane, x: number, y: number) => ({
  width: Math.min(partSide, width - x),
  height: Math.min(partSide, height - y),
})

/** Share of a part's pixels that differ from their neighbours. */
function busyness({ data, width }: GreyPlane, part: Part): number {
  let count = 0
  for (let y = part.y; y < part.y + part.height; y += 2)
    for (let x = part.x + 1, at = y * width + x; x < part.x + part.width; x += 2, at += 2)
      if (Math.abs(data[at]! - data[at - 1]!) > 0.5) count++
  return count / (part.width * part.height)
}

/** A part as a picture of its own. */
export function cut({ data, width }: GreyPlane, part: Part): GreyPlane {
  const cutOut = new Float32Array(part.width * part.height)
  for (let y = 0; y < part.height; y++) {
    const from = (part.y + y) * width + part.x
    cutOut.set(data.subarray(from, from + part.width), y * part.width)
  }
  return { data: cutOut, width: part.width, height: part.height }
}

/**
 * Looks for a mark in the whole of a picture, then in its parts at their own size: a copy that is pasted into a large page is small in the
 * whole of it. What is found in one of many parts counts for as much less (the union bound).
 *
 * @param onPart is told how much has been gone over, 0 to 1, before each; what it throws ends the search
 */
export function detectParts(luma: GreyPlane, key: MarkKey, onPart: (done: number) => void): PartResult {
  const whole = detectLuma(luma, key)
  const parts = partsOf(luma)
  if (whole.found || parts.length === 1) return { result: whole }
  const tries = parts.length + 1
  let best: PartResult = { result: whole }
  for (const [index, part] of parts.entries()) {
    onPart((index + 1) / tries)
    const result = weighed(detectLuma(cut(luma, part), key), tries)
    if (result.found) return { result, part }
    if (result.pValue < best.result.pValue) best = { result, part }
  }
  return best.result.state === 'none' ? { result: weighed(whole, tries) } : best
}

/** A result as one of several tries. */
function weighed(result: DetectResult, tries: number): DetectResult {
  const pValue = Math.min(1, result.pValue * tries)
  if (pValue <= limit || result.state === 'none') return { ...result, pValue }
  return {
    ...result,
    pValue,
    state: 'none',
    found: false,
    payload: undefined,
    geometry: undefined,
    bitErrors: 0,
    codeBits: 0,
  }
}
