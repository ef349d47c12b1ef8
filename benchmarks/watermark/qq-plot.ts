/** A set of p-values by name. */
export interface Sample {
  readonly name: string
  readonly pValues: ArrayLike<number>
  readonly colour: string
}

const [size, margin] = [420, 54]

/**
 * Claimed p-values against those that chance would give, both as powers of ten: on the diagonal the claims are true, below it
 * they are careful, above it they promise too much.
 *
 * @returns an SVG document
 */
export function qqPlot(samples: readonly Sample[]): string {
  const most = Math.ceil(Math.max(1, ...samples.map(({ pValues }) => Math.log10(pValues.length + 1))))
  const at = (value: number): number => margin + (Math.min(value, most) / most) * size
  const down = (value: number): number => margin + size - (Math.min(value, most) / most) * size
  const side = size + 2 * margin
  const ticks = Array.from({ length: most + 1 }, (_, power) => {
    const [x, y] = [at(power), down(power)]
    const label = power === 0 ? '1' : `1e-${power}`
    return [
      `<path d="M${x} ${margin}V${margin + size}M${margin} ${y}H${margin + size}" stroke="#ddd"/>`,
      `<text x="${x}" y="${margin + size + 18}" text-anchor="middle">${label}</text>`,
      `<text x="${margin - 8}" y="${y + 4}" text-anchor="end">${label}</text>`,
    ].join('')
  })
  const curves = samples.map(({ name, pValues, colour }, index) => {
    const points = quantiles(pValues).map(
      ([expected, claimed]) => `${at(expected).toFixed(1)},${down(claimed).toFixed(1)}`,
    )
    const legend = `<text x="${margin + 12}" y="${margin + 20 + 18 * index}" fill="${colour}">${name} (${pValues.length})</text>`
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${legend}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" font-family="sans-serif" font-size="12">`,
    '<title>Claimed p-values of pictures without a mark against their true shares</title>',
    `<rect width="${side}" height="${side}" fill="#fff"/>`,
    ...ticks,
    `<path d="M${at(0)} ${down(0)}L${at(most)} ${down(most)}" stroke="#888" stroke-dasharray="5 4"/>`,
    ...curves,
    `<text x="${side / 2}" y="${side - 12}" text-anchor="middle">share of pictures without a mark</text>`,
    `<text transform="translate(14 ${side / 2}) rotate(-90)" text-anchor="middle">claimed p-value</text>`,
    '</svg>\n',
  ].join('\n')
}

/** Pairs of -log10: the share of the sample that is as small, and what is claimed; thinned out where they lie close. */
function quantiles(pValues: ArrayLike<number>): [expected: number, claimed: number][] {
  const sorted = Float64Array.from(pValues as ArrayLike<number>).sort()
  const points: [number, number][] = []
  let last = Number.POSITIVE_INFINITY
  for (const [index, pValue] of sorted.entries()) {
    const expected = -Math.log10((index + 0.5) / sorted.length)
    if (last - expected < 0.01) continue
    points.push([expected, pValue > 0 ? -Math.log10(pValue) : 300])
    last = expected
  }
  return points
}

/** The claimed p-value that so large a share of the sample is at or below: at most that share where the claims are careful. */
export function claimedAt(pValues: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(pValues as ArrayLike<number>).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
