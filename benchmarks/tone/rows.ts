import type { Judgement } from './meter.ts'
import type { Row, Who } from './quality.ts'

export interface Column {
  readonly title: string
  readonly of: (judged: Judgement) => number | null | undefined
  /** Those who are shown, ours first. */
  readonly who: readonly Who[]
}

const size = (value: number | null | undefined) => (value === null || value === undefined ? value : Math.abs(value))

/** Less is better in all of them. */
const columns: readonly Column[] = [
  { title: '|LU|', of: ({ loudness }) => size(loudness), who: ['ours', 'matchering', 'loudnorm'] },
  { title: '|LRA|', of: ({ range }) => size(range), who: ['ours', 'matchering', 'gain'] },
  { title: '|crest|', of: ({ crest }) => size(crest), who: ['ours', 'matchering', 'gain'] },
  { title: '|width|', of: ({ width }) => size(width), who: ['ours', 'matchering', 'gain'] },
  { title: 'mid', of: ({ ltasMid }) => ltasMid, who: ['ours', 'capped', 'matchering', 'gain'] },
  { title: 'side', of: ({ ltasSide }) => ltasSide, who: ['ours', 'capped', 'matchering', 'gain'] },
  { title: 'mel', of: ({ melQuantile }) => melQuantile, who: ['ours', 'capped', 'matchering', 'gain'] },
  { title: 'MR-STFT', of: ({ paired }) => paired?.logL1, who: ['ours', 'matchering', 'gain'] },
]

/** The result of each pair, and how often ours came nearer to the reference than Matchering. */
export function rowsOf(rows: readonly Row[]): string {
  const used = columns.filter(({ of }) =>
    rows.some(({ judged }) => Object.values(judged).some((each) => isNumber(of(each)))),
  )
  const head = ['', 'dBTP', ...used.map(({ title }) => title)]
  const lines = rows.map(({ pair, judged }) => [
    pair.name,
    cell((['ours', 'capped', 'matchering', 'loudnorm'] as const).map((who) => judged[who]?.truePeak)),
    ...used.map(({ of, who }) => cell(who.map((each) => judged[each] && of(judged[each])))),
  ])
  const wins = ['ours better – worse', '', ...used.map((column) => winsOf(rows, column))]
  const legend = used.map(({ title, who }) => `${title} ${who.join(' | ')}`).join('; ')
  const all = [head, ...lines, wins]
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  const table = all.map((line) =>
    line
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  return `dBTP ours | capped | matchering | loudnorm; ${legend}\n\n${table.join('\n')}`
}

const isNumber = (value: number | null | undefined): value is number => value !== null && value !== undefined

const cell = (values: readonly (number | null | undefined)[]): string =>
  values.map((value) => (isNumber(value) ? value.toFixed(2) : '-').padStart(5)).join(' |')

/** Pairs in which ours is nearer, and those in which Matchering is. */
export function winsAgainst(rows: readonly Row[], of: Column['of']): readonly [number, number] {
  const both = rows.flatMap(({ judged: { ours, matchering } }) => {
    const [left, right] = [ours && of(ours), matchering && of(matchering)]
    return isNumber(left) && isNumber(right) ? [left - right] : []
  })
  return [both.filter((apart) => apart < 0).length, both.filter((apart) => apart > 0).length]
}

const winsOf = (rows: readonly Row[], { of }: Column): string => winsAgainst(rows, of).join(' – ')
