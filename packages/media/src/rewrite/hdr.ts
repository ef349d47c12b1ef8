/** Static metadata of high dynamic range, as FFmpeg lays them out. */
export interface HdrMetadata {
  /** SMPTE ST 2086: the display that it was made on. */
  readonly mastering?: Buffer
  /** CTA-861.3: the most light of a pixel and of a frame on average. */
  readonly light?: Buffer
}

/** The metadata as the encoder's options. */
export function hdrOptions({ mastering, light }: HdrMetadata, codec: string): Record<string, string> | undefined {
  const display = mastering && masteringText(mastering)
  const levels = light && light.length >= 8 ? ([light.readUInt32LE(0), light.readUInt32LE(4)] as const) : undefined
  if (codec === 'hevc' && (display || levels)) {
    const { red, green, blue, white, luminance } = display ?? {}
    const parts = ['log-level=none']
    if (display) parts.push(`master-display=G${green}B${blue}R${red}WP${white}L${luminance}`)
    if (levels) parts.push(`max-cll=${levels.join(',')}`)
    return { 'x265-params': parts.join(':') }
  }
  if (codec === 'av1' && (mastering || levels)) {
    const parts = []
    const { red, green, blue, white, luminance } = (mastering && masteringText(mastering, 1, 1)) ?? {}
    if (red) parts.push(`mastering-display=G${green}B${blue}R${red}WP${white}L${luminance}`)
    if (levels) parts.push(`content-light=${levels.join(',')}`)
    return { 'svtav1-params': parts.join(':') }
  }
  return undefined
}

/** AVMasteringDisplayMetadata: primaries red, green, blue and white point as x and y, least and greatest light, which are there. */
function masteringText(data: Buffer, colourUnit = 50_000, lightUnit = 10_000) {
  if (data.length < 88 || !data.readInt32LE(80) || !data.readInt32LE(84)) return undefined
  const ratio = (index: number, unit: number) => {
    const value = (data.readInt32LE(index * 8) / data.readInt32LE(index * 8 + 4)) * unit
    return unit === 1 ? Number(value.toFixed(5)) : Math.round(value)
  }
  const point = (index: number) => `(${ratio(index, colourUnit)},${ratio(index + 1, colourUnit)})`
  const luminance = `(${ratio(9, lightUnit)},${ratio(8, lightUnit)})`
  return { red: point(0), green: point(2), blue: point(4), white: point(6), luminance }
}
