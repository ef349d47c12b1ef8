/** One number of the result: its value in each round, and the bar it is held to. */
export interface Figure {
  /** Its name in `--json`; rows that are only shown have none. */
  readonly name?: string
  readonly label: string
  readonly unit: string
  readonly bar?: { readonly kind: 'at most' | 'at least'; readonly value: number }
  /** One value a round; none when it was not measured. */
  readonly values: readonly number[]
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Round by round: what changed between rounds (a busy machine) changed both sides of a ratio. */
export const ratios = (above: readonly number[], below: readonly number[]): number[] =>
  above.map((value, round) => value / below[round]!)

/** The named figures as one object; null where nothing was measured. */
export const jsonOf = (figures: readonly Figure[]): Record<string, number | null> =>
  Object.fromEntries(
    figures.flatMap(({ name, values }) =>
      name ? [[name, values.length === 0 ? null : Number(median(values).toFixed(2))]] : [],
    ),
  )

/** A table for people: median, least and most of the rounds, and the bar. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { values, bar, unit } = figure
    const value = values.length === 0 ? 'not measured' : `${shown(median(values))} ${unit}`
    const range = values.length < 2 ? '' : `${shown(Math.min(...values))} – ${shown(Math.max(...values))}`
    return [figure.label, value, range, bar ? `${bar.kind} ${bar.value}` : '', verdict(figure), figure.name ?? '']
  })
  const head = ['', 'median', 'least – most', 'bar', '', 'name']
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd()
  return [line(head), ...rows.map(line)].join('\n')
}

function verdict({ values, bar }: Figure): string {
  if (!bar || values.length === 0) return ''
  const holds = bar.kind === 'at most' ? median(values) <= bar.value : median(values) >= bar.value
  return holds ? 'holds' : 'missed'
}

const shown = (value: number): string =>
  value >= 1000
    ? Math.round(value).toLocaleString('en')
    : value >= 100
      ? value.toFixed(0)
      : value.toFixed(value >= 10 ? 1 : 2)
