import type { Profile } from '../profile.ts'
import { curveAt } from './curves.ts'

/**
 * The profile that lies between several, each with its weight: what a target is matched to when there are many references. Levels and spectra
 * are averaged in dB, spectra relative to each recording's loudness and only over those that reach so high; levels quantile by quantile,
 * which keeps their spread (the mean in the sense of Wasserstein) where pooling would widen it.
 *
 * Grid, sample rate and layout are those of the heaviest. Of mono recordings the width is not known, so the others decide it.
 *
 * @param weights 0 and more, one for each, not all 0
 * @throws RangeError without profiles, or if weights are no weights
 */
export function mergeProfiles(profiles: readonly Profile[], weights: readonly number[]): Profile {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  if (profiles.length === 0 || weights.length !== profiles.length || !(total > 0) || !weights.every((w) => w >= 0))
    throw new RangeError('Profiles are merged with a weight of 0 or more for each, of which not all are 0.')
  const parts = profiles
    .map((profile, i) => ({ profile, weight: weights[i]! / total }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  const main = parts[0]!.profile
  if (parts.length === 1) return main

  const mean = (of: (profile: Profile) => number): number =>
    parts.reduce((sum, { profile, weight }) => sum + weight * of(profile), 0)
  /** Mean over those that have the value. */
  const known = (of: (profile: Profile) => number | null): number | null => {
    let [sum, weights] = [0, 0]
    for (const { profile, weight } of parts) {
      const value = of(profile)
      if (value === null) continue
      sum += weight * value
      weights += weight
    }
    return weights > 0 ? sum / weights : null
  }

  const loudness = known((profile) => profile.loudness.integrated)
  const moved = (profile: Profile): number =>
    loudness === null || profile.loudness.integrated === null ? 0 : loudness - profile.loudness.integrated
  const { frequency } = [...parts].sort((a, b) => b.profile.spectrum.bandwidth - a.profile.spectrum.bandwidth)[0]!
    .profile.spectrum
  const spectrum = (of: 'mid' | 'side' | 'noise', through: number): number[] | null => {
    const having = parts.flatMap(({ profile, weight }) => {
      const level = profile.spectrum[of]
      return level
        ? [
            {
              weight,
              bandwidth: profile.spectrum.bandwidth,
              level: curveAt({ frequency: profile.spectrum.frequency, level }, frequency),
              moved: moved(profile) * through,
            },
          ]
        : []
    })
    if (having.length === 0) return null
    return frequency.map((f, i) => {
      const reaching = having.filter(({ bandwidth }) => f <= bandwidth)
      const used = reaching.length > 0 ? reaching : having
      let [sum, weights] = [0, 0]
      for (const part of used) {
        sum += part.weight * (part.level[i]! + part.moved)
        weights += part.weight
      }
      return sum / weights
    })
  }
  const speech = parts.reduce((sum, { profile, weight }) => sum + (profile.kind === 'speech' ? weight : 0), 0)
  const decays = parts.filter(({ profile }) => profile.decay !== null)
  const widest = parts.find(({ profile }) => profile.spectrum.side !== null)?.profile

  return {
    ...main,
    kind: speech > 0.5 ? 'speech' : speech < 0.5 ? 'music' : main.kind,
    kindConfidence: mean((profile) => profile.kindConfidence),
    layout: (widest ?? main).layout,
    channels: (widest ?? main).channels,
    duration: parts.reduce((sum, { profile }) => sum + profile.duration, 0),
    loudness: {
      integrated: loudness,
      range: mean((profile) => profile.loudness.range),
      maxMomentary: known((profile) => profile.loudness.maxMomentary),
      maxShortTerm: known((profile) => profile.loudness.maxShortTerm),
      truePeak: known((profile) => profile.loudness.truePeak),
      samplePeak: known((profile) => profile.loudness.samplePeak),
      speech: known((profile) => profile.loudness.speech),
    },
    spectrum: {
      frequency,
      mid: spectrum('mid', 1)!,
      side: spectrum('side', 1),
      noise: spectrum('noise', 0)!,
      bandwidth: Math.max(...parts.map(({ profile }) => profile.spectrum.bandwidth)),
    },
    levels: main.levels.map(({ window, quantiles }) => {
      const having = parts.flatMap(({ profile, weight }) => {
        const found = profile.levels.find((level) => Math.abs(level.window - window) < 1e-6)
        return found ? [{ weight, quantiles: found.quantiles, moved: moved(profile) }] : []
      })
      const weights = having.reduce((sum, { weight }) => sum + weight, 0)
      return {
        window,
        quantiles: quantiles.map((_, q) =>
          having.reduce((sum, part) => sum + (part.weight / weights) * (part.quantiles[q]! + part.moved), 0),
        ),
      }
    }),
    mel: {
      bands: main.mel.bands,
      quantiles: main.mel.quantiles.map((row, q) =>
        row.map((_, band) => mean((profile) => (profile.mel.quantiles[q]?.[band] ?? row[band]!) + moved(profile))),
      ),
    },
    crest: mean((profile) => profile.crest),
    width: known((profile) => profile.width),
    correlation: known((profile) => profile.correlation),
    noiseFloor: known((profile) => profile.noiseFloor),
    decay: mergeDecays(decays),
  }
}

function mergeDecays(parts: readonly { readonly profile: Profile; readonly weight: number }[]): Profile['decay'] {
  const main = parts[0]?.profile.decay
  if (!main) return null
  const alike = parts.filter(
    ({ profile }) =>
      profile.decay!.statistics.length === main.statistics.length &&
      profile.decay!.statistics.every((row, band) => row.length === main.statistics[band]!.length),
  )
  const total = alike.reduce((sum, { weight }) => sum + weight, 0)
  return {
    frequency: main.frequency,
    statistics: main.statistics.map((row, band) =>
      row.map((_, i) =>
        alike.reduce((sum, { profile, weight }) => sum + (weight / total) * profile.decay!.statistics[band]![i]!, 0),
      ),
    ),
  }
}
