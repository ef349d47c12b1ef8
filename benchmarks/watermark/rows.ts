import { bars, rateName } from './bars.ts'
import type { SizeClass } from './corpus.ts'
import type { PeerResult } from './peers.ts'
import type { Survival } from './survival.ts'

/** What was measured of one size of pictures. */
export interface Measured {
  readonly size: SizeClass
  readonly runs: readonly Survival[]
}

/** A figure with a name and perhaps a bar. */
export interface NamedFigure {
  readonly name: string
  readonly value: number | null
  readonly bar?: { readonly kind: 'at most' | 'at least'; readonly value: number }
}

const sizes = ['large', 'small'] as const

/** Share of the runs whose payload came back whole. */
export function rateOf(runs: readonly Survival[], attack: string): number | null {
  const rows = runs.flatMap(({ rows }) => (rows[attack] ? [rows[attack]] : []))
  return rows.length === 0 ? null : rows.filter(({ exact }) => exact).length / rows.length
}

/** Exact-message rates and quality. */
export function survivalFigures(measured: readonly Measured[], attacks: readonly string[]): NamedFigure[] {
  return measured.flatMap(({ size, runs }) => {
    if (runs.length === 0) return []
    const rates = attacks.map((attack): NamedFigure => {
      const least = bars[size][attack]
      const value = rateOf(runs, attack)
      return {
        name: rateName(size, attack),
        value,
        ...(least !== undefined && { bar: { kind: 'at least', value: least } }),
      }
    })
    const psnrs = runs.map(({ psnr }) => psnr)
    const name = (what: string): string => rateName(size, what)
    const atLeast = (value: number) => (size === 'large' ? { bar: { kind: 'at least' as const, value } } : {})
    return [
      ...rates,
      { name: name('psnr'), value: mean(psnrs), ...atLeast(42) },
      { name: name('psnrLeast'), value: Math.min(...psnrs), ...atLeast(40) },
      { name: name('ssim'), value: mean(runs.map(({ ssim }) => ssim)), ...atLeast(0.98) },
      { name: name('wrongMessages'), value: wrongOf(runs), bar: { kind: 'at most', value: 0 } },
    ]
  })
}

const wrongOf = (runs: readonly Survival[]): number =>
  runs.flatMap(({ rows }) => Object.values(rows)).filter(({ wrong }) => wrong).length

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The attack table: a row an attack, ours and the peers'. */
export function survivalTable(
  measured: readonly Measured[],
  attacks: readonly string[],
  peers: readonly PeerResult[],
): string {
  const head = ['', ...sizes.flatMap((size) => [size, 'bar', '']), ...peers.map(({ name }) => name)]
  const body = attacks.map((attack) => [
    attack,
    ...sizes.flatMap((size) => {
      const rate = rateOf(measured.find((one) => one.size === size)?.runs ?? [], attack)
      const least = bars[size][attack]
      return [shown(rate), least === undefined ? '' : String(least), verdict(rate, least)]
    }),
    ...peers.map(({ rates }) => shown(rates[attack] ?? null)),
  ])
  const quality = (['psnr', 'ssim'] as const).map((what) => [
    what === 'psnr' ? 'PSNR (dB)' : 'SSIM',
    ...sizes.flatMap((size) => {
      const runs = measured.find((one) => one.size === size)?.runs ?? []
      return [runs.length === 0 ? '' : mean(runs.map((run) => run[what])).toFixed(what === 'psnr' ? 2 : 4), '', '']
    }),
    ...peers.map((peer) => peer[what].toFixed(what === 'psnr' ? 2 : 4)),
  ])
  return aligned([head, ...body, ...quality])
}

/** Named figures as a table for people. */
export const figureTable = (figures: readonly NamedFigure[]): string =>
  aligned(
    figures.map(({ name, value, bar }) => {
      const text = value === null ? '' : bar?.kind === 'at least' ? shown(value) : String(Number(value.toPrecision(4)))
      const holds = bar && value !== null && (bar.kind === 'at most' ? value <= bar.value : value >= bar.value)
      return [
        name,
        text,
        bar ? `${bar.kind} ${bar.value}` : '',
        bar && value !== null ? (holds ? 'holds' : 'missed') : '',
      ]
    }),
  )

/** The figures as one object; null where nothing was measured. Rates are not rounded up to a bar that they miss. */
export const figuresJson = (figures: readonly NamedFigure[]): Record<string, number | null> =>
  Object.fromEntries(
    figures.map(({ name, value, bar }) => {
      if (value === null) return [name, null]
      return [name, bar?.kind === 'at least' ? Math.floor(value * 1e4 + 1e-6) / 1e4 : Number(value.toPrecision(5))]
    }),
  )

const verdict = (rate: number | null, least: number | undefined): string =>
  rate === null || least === undefined ? '' : rate >= least ? 'holds' : 'MISSED'

const shown = (value: number | null): string =>
  value === null ? '' : value >= 100 ? value.toFixed(0) : (Math.floor(value * 1e3 + 1e-9) / 1e3).toFixed(3)

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
