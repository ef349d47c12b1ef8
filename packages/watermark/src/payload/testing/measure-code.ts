/**
 * Prints what decision 0014 rests on: how often payloads are lost, with which code, at which noise, and what decoding takes.
 *
 *     node packages/watermark/src/payload/testing/measure-code.ts codes|lengths|hard|null|speed [words]
 */
import { ConvolutionalCode } from '../convolutional-code.ts'
import type { KeyedStream } from '../keyed-stream.ts'
import { ListViterbi } from '../list-viterbi.ts'
import { decodeSoft, encodePayload, generators, leastCodedLength } from '../payload-code.ts'
import { payloadSizes } from '../payload-id.ts'
import { MarkKey } from '../secret-key.ts'
import { noisy, normal } from './noisy.ts'

const [what = 'codes', wordsText] = process.argv.slice(2)
const key = MarkKey.from('figures of the payload code')

/** Deviation of the noise for bits of ±1, so that all of them together have an energy of so many dB over N0. */
const deviationAt = (decibels: number, codeBits: number) => Math.sqrt(codeBits / (2 * 10 ** (decibels / 10)))

const idOf = (stream: KeyedStream) => ({
  kind: 'id' as const,
  id: (BigInt(stream.uint32()) << 32n) | BigInt(stream.uint32()),
  bits: 64 as const,
})

const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
const share = (part: number, whole: number) => (part / whole).toFixed(4)

/** Words of 80 bits lost by codes of several memories, where the right one is not among the four likeliest. */
function codes(words: number): void {
  const taps: [string, number[]][] = [
    ['(7, 1/3)', [0o133, 0o145, 0o175]],
    ['(9, 1/3)', [0o557, 0o663, 0o711]],
    ['(11, 1/4)', [0o2327, 0o2353, 0o2671, 0o3175]],
    ['(13, 1/4)', [0o11145, 0o12477, 0o15537, 0o16727]],
    ['(14, 1/4)', [0o21113, 0o23175, 0o35527, 0o35537]],
    ['(15, 1/4)', generators.slice(0, 4)],
    ['(15, 1/6)', [...generators]],
  ]
  const levels = [18.5, 19, 19.5, 20, 20.5]
  row('code', ...levels.map((level) => `${level} dB`), 'ms')
  for (const [name, list] of taps) {
    const code = new ConvolutionalCode(list)
    const decoder = new ListViterbi(code, 80)
    const start = now()
    const lost = levels.map((level) => {
      const stream = key.stream(`codes ${level}`)
      let count = 0
      for (let i = 0; i < words; i++) {
        const text = stream.bits(80)
        const coded = code.encode(text)
        const soft = noisy(coded, deviationAt(level, coded.length), stream)
        const likeliest = [...decoder.decode(soft, 4)].sort((a, b) => b.agreement - a.agreement).slice(0, 4)
        if (!likeliest.some(({ bits }) => bits.join('') === text.join(''))) count++
      }
      return share(count, words)
    })
    row(name, ...lost, ((now() - start) / words / levels.length).toFixed(1))
  }
}

/** Ids of 64 bits lost, and wrong ones found, at several lengths of the coded payload; all sizes tried. */
function lengths(words: number): void {
  const levels = [18.5, 19, 19.5, 20, 20.5]
  row('code bits', ...levels.map((level) => `${level} dB`), 'wrong')
  for (const length of [160, 240, 320, 480, 960, 1640]) {
    let wrong = 0
    const lost = levels.map((level) => {
      const stream = key.stream(`lengths ${level}`)
      let count = 0
      for (let i = 0; i < words; i++) {
        const payload = idOf(stream)
        const coded = encodePayload(payload, key, length)
        const decoded = decodeSoft(noisy(coded, deviationAt(level, length), stream), key)
        const right = decoded?.payload.kind === 'id' && decoded.payload.id === payload.id
        if (!right) count++
        if (decoded && !right) wrong++
      }
      return share(count, words)
    })
    row(length, ...lost, wrong)
  }
}

/** Ids of 64 bits lost where bits are simply right, wrong or missing. */
function hard(words: number): void {
  const wrongShares = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3]
  row('code bits', 'missing', ...wrongShares.map((part) => `${Math.round(100 * part)} % wrong`))
  for (const [length, missing] of [
    [240, 0],
    [240, 0.2],
    [480, 0],
    [480, 0.5],
    [1640, 0],
    [1640, 0.5],
  ] as const) {
    const lost = wrongShares.map((part) => {
      const stream = key.stream(`hard ${length} ${missing} ${part}`)
      let count = 0
      for (let i = 0; i < words; i++) {
        const payload = idOf(stream)
        const soft = Float64Array.from(encodePayload(payload, key, length), (bit) => {
          const known = stream.uniform() >= missing ? 1 : 0
          return (stream.uniform() < part ? -known : known) * (bit === 1 ? 1 : -1)
        })
        const decoded = decodeSoft(soft, key)
        if (decoded?.payload.kind !== 'id' || decoded.payload.id !== payload.id) count++
      }
      return share(count, words)
    })
    row(length, missing, ...lost)
  }
}

/** What is found in noise, of the size that is found most easily: how the claimed probability compares with what happens. */
function nothing(words: number): void {
  const stream = key.stream('null')
  const claimed: number[] = []
  for (let i = 0; i < words; i++) {
    const spread = 1 + stream.below(4)
    const soft = Float64Array.from({ length: 160 }, () => normal(stream) * stream.uniform() ** spread)
    const decoded = decodeSoft(soft, key, { sizes: [32], logLimit: 0 })
    if (decoded) claimed.push(decoded.logFalseMatch)
  }
  row('claimed at most', 'words of noise', 'found', 'expected at most')
  for (const limit of [0, -2, -4, -6, -8, -10, -12]) {
    row(`e^${limit}`, words, claimed.filter((value) => value <= limit).length, (words * Math.exp(limit)).toFixed(1))
  }
}

/** Milliseconds of the processor since the process began. */
const now = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Milliseconds of the processor for a payload, found and not found. */
function speed(words: number): void {
  row('bits', 'code bits', 'encode', 'decode', 'not found (all sizes)')
  for (const bits of payloadSizes) {
    for (const length of [leastCodedLength(bits) * 2, 1640]) {
      const stream = key.stream('speed')
      let [encoding, decoding, finding] = [0, 0, 0]
      for (let i = 0; i < words; i++) {
        const payload = { kind: 'id', id: BigInt(stream.uint32()), bits } as const
        const start = now()
        const coded = encodePayload(payload, key, length)
        const coding = now()
        const soft = noisy(coded, deviationAt(20.5, length), stream)
        const found = now()
        decodeSoft(soft, key)
        const done = now()
        const noise = soft.map(() => normal(stream))
        const searching = now()
        decodeSoft(noise, key)
        if (i === 0) continue
        finding += now() - searching
        decoding += done - found
        encoding += coding - start
      }
      row(bits, length, ...[encoding, decoding, finding].map((total) => (total / (words - 1)).toFixed(2)))
    }
  }
}

const tables: Record<string, [(words: number) => void, number]> = {
  codes: [codes, 1000],
  lengths: [lengths, 1000],
  hard: [hard, 500],
  null: [nothing, 20_000],
  speed: [speed, 30],
}
const [table, usual] = tables[what] ?? tables.codes!
table(Number(wordsText ?? usual))
