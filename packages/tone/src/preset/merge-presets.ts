import { curveAt } from '../design/curves.ts'
import { fitBands } from '../design/fit-bands.ts'
import type { Curve } from '../profile.ts'
import type { Preset, Transfer } from './preset.ts'

type Weighted = readonly { readonly preset: Preset; readonly weight: number }[]

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/**
 * The mean of presets: gains are averaged in decibels, times in their logarithm; a stage that one of them lacks does nothing there.
 * Mode, kind, phase and names are those of the heaviest.
 *
 * @param parts presets with their weights, none below 0 and not all 0
 * @throws RangeError for weights that are no weights
 */
export function mergePresets(parts: Weighted): Preset {
  const total = sum(parts.map(({ weight }) => weight))
  if (parts.length === 0 || !(total > 0) || parts.some(({ weight }) => !(weight >= 0)))
    throw new RangeError('Presets are merged by weights of 0 and more, not all of them 0.')
  const shares = parts.map(({ preset, weight }) => ({ preset, share: weight / total }))
  const mean = (value: (preset: Preset) => number) => sum(shares.map(({ preset, share }) => share * value(preset)))
  const having = <K extends keyof Preset>(stage: K) =>
    shares.flatMap(({ preset, share }) => {
      const found = preset[stage] as (NonNullable<Preset[K]> & { on?: boolean }) | undefined
      return found && found.on !== false && share > 0 ? [{ stage: found, share }] : []
    })
  const main = parts.reduce((a, b) => (b.weight > a.weight ? b : a)).preset

  const {
    denoise: _denoise,
    eq: _eq,
    width: _width,
    reverb: _reverb,
    dynamics: _dynamics,
    roomTone: _tone,
    ...rest
  } = main
  const result: Preset = {
    ...rest,
    loudness: {
      ...main.loudness,
      drive: mean(({ loudness }) => (loudness.on ? loudness.drive : 0)),
      target: parts.every(({ preset }) => preset.loudness.target !== null)
        ? mean(({ loudness }) => loudness.target!)
        : null,
    },
    limiter: {
      ...main.limiter,
      // A promise is kept to the strictest of those who made it.
      ceiling: Math.min(...parts.map(({ preset }) => preset.limiter.ceiling)),
      internal: Math.min(...parts.flatMap(({ preset }) => [preset.limiter.ceiling, preset.limiter.internal])),
    },
  }

  const eqs = having('eq')
  if (eqs.length > 0) {
    const part = (side: 'mid' | 'side') => {
      const curves = eqs.map(({ stage, share }) => ({ curve: (stage[side] ?? stage.mid).curve, share }))
      const curve = meanCurve(curves)
      return { curve, ...fitBands(curve, 10) }
    }
    const apart = eqs.some(({ stage }) => stage.side !== null)
    result.eq = {
      on: true,
      phase: main.eq?.phase ?? eqs[0]!.stage.phase,
      use: 'curve',
      mid: part('mid'),
      side: apart ? part('side') : null,
    }
  }

  const widths = having('width')
  if (widths.length > 0)
    result.width = {
      on: true,
      side: sum(widths.map(({ stage, share }) => share * stage.side)),
      monoBelow: sum(widths.map(({ stage, share }) => share * stage.monoBelow)),
    }

  const dynamics = having('dynamics')
  if (dynamics.length > 0) {
    const windows = [...new Set(dynamics.flatMap(({ stage }) => stage.curves.map(({ window }) => window)))]
    const shapers = dynamics.flatMap(({ stage, share }) => (stage.peaks ? [{ peaks: stage.peaks, share }] : []))
    const shaping = sum(shapers.map(({ share }) => share))
    result.dynamics = {
      on: true,
      use: 'curves',
      curves: windows.sort((a, b) => b - a).map((window) => meanTransfer(window, dynamics)),
      ...(shapers.length > 0 && {
        peaks: {
          above: sum(shapers.map(({ peaks, share }) => share * peaks.above)) / shaping,
          ratio: Math.exp(sum(shapers.map(({ peaks, share }) => share * Math.log(peaks.ratio)))),
        },
      }),
    }
  }

  const rooms = having('reverb')
  if (rooms.length > 0) {
    const heaviest = rooms.reduce((a, b) => (b.share > a.share ? b : a)).stage
    const present = sum(rooms.map(({ share }) => share))
    const over = (values: (room: (typeof rooms)[number]['stage']) => readonly number[], logarithmic: boolean) =>
      heaviest.frequency.map((frequency) => {
        const parts = rooms.map(({ stage, share }) => {
          const level = values(stage).map((value) => (logarithmic ? Math.log(value) : value))
          return (share / present) * curveAt({ frequency: stage.frequency, level }, [frequency])[0]!
        })
        return logarithmic ? Math.exp(sum(parts)) : sum(parts)
      })
    result.reverb = {
      ...heaviest,
      wet: 10 * Math.log10(sum(rooms.map(({ stage, share }) => share * 10 ** (stage.wet / 10)))),
      preDelay: sum(rooms.map(({ stage, share }) => (share / present) * stage.preDelay)),
      decay: over(({ decay }) => decay, true),
      tone: over(({ tone }) => tone, false),
    }
  }

  const denoisers = having('denoise')
  if (denoisers.length > 0)
    result.denoise = {
      on: true,
      floor: powerMean(
        denoisers.map(({ stage, share }) => ({ curve: stage.floor, share })),
        true,
      ),
      most: sum(denoisers.map(({ stage, share }) => share * stage.most)),
    }

  const tones = having('roomTone')
  if (tones.length > 0)
    result.roomTone = {
      on: true,
      seed: tones[0]!.stage.seed,
      spectrum: powerMean(
        tones.map(({ stage, share }) => ({ curve: stage.spectrum, share })),
        false,
      ),
    }
  return result
}

type Shared = readonly { readonly curve: Curve; readonly share: number }[]

function meanCurve(curves: Shared): Curve {
  const frequency = sortedUnion(curves.map(({ curve }) => curve.frequency))
  const grids = curves.map(({ curve, share }) => ({ level: curveAt(curve, frequency), share }))
  return { frequency, level: frequency.map((_, at) => sum(grids.map(({ level, share }) => share * level[at]!))) }
}

/** Powers averaged; `relative` over those that are there, otherwise with silence for the others. */
function powerMean(curves: Shared, relative: boolean): Curve {
  const present = relative ? sum(curves.map(({ share }) => share)) : 1
  const frequency = sortedUnion(curves.map(({ curve }) => curve.frequency))
  const grids = curves.map(({ curve, share }) => ({ level: curveAt(curve, frequency), share: share / present }))
  return {
    frequency,
    level: frequency.map(
      (_, at) => 10 * Math.log10(sum(grids.map(({ level, share }) => share * 10 ** (level[at]! / 10)))),
    ),
  }
}

type Dynamics = readonly { readonly stage: NonNullable<Preset['dynamics']>; readonly share: number }[]

function meanTransfer(window: number, dynamics: Dynamics): Transfer {
  const curves = dynamics.flatMap(({ stage, share }) => {
    const transfer = stage.curves.find((each) => each.window === window)
    return transfer ? [{ transfer, share }] : []
  })
  const level = sortedUnion(curves.map(({ transfer }) => transfer.level))
  const gains = curves.map(({ transfer, share }) => ({ transfer, share }))
  return {
    window,
    smoothing:
      sum(curves.map(({ transfer, share }) => share * transfer.smoothing)) / sum(curves.map(({ share }) => share)),
    level,
    gain: level.map((at) =>
      sum(gains.map(({ transfer, share }) => share * valueAt(transfer.level, transfer.gain, at))),
    ),
  }
}

/** All numbers of some lists, rising, each once. */
const sortedUnion = (lists: readonly (readonly number[])[]): number[] =>
  [...new Set(lists.flat())].sort((a, b) => a - b)

/** Straight between points, held beyond the ends. */
function valueAt(places: readonly number[], values: readonly number[], at: number): number {
  const next = places.findIndex((place) => place >= at)
  if (next < 0) return values.at(-1)!
  if (next === 0) return values[0]!
  const share = (at - places[next - 1]!) / (places[next]! - places[next - 1]!)
  return values[next - 1]! + share * (values[next]! - values[next - 1]!)
}
