/** One plane of a pixel format. */
export interface PlaneLayout {
  /** What an element holds, by letter and in order: `y`, `u`, `v`, `a`, `r`, `g`, `b`. `uv` is two elements a sample. */
  readonly holds: string
  /** Elements from one pixel of the plane to the next. */
  readonly step: number
  /** The plane's width is the picture's, halved this many times, rounded up; likewise its height. */
  readonly shiftX: number
  readonly shiftY: number
}

/** How the pixels of a frame lie in memory. */
export interface PixelLayout {
  /** FFmpeg's name, e.g. `yuv420p10le`. */
  readonly name: string
  readonly family: 'yuv' | 'rgb' | 'grey'
  /** Bits that a component uses. */
  readonly bits: number
  /** Bits that it is shifted up by within its 16-bit element: 6 in `p010le`. */
  readonly shift: number
  /** Bytes of an element: 1 (`Uint8Array`) or 2 (`Uint16Array`). */
  readonly bytes: 1 | 2
  readonly alpha: boolean
  /** Whether the name itself says that luma uses the full range (`yuvj420p`). */
  readonly fullRange: boolean
  readonly planes: readonly PlaneLayout[]
}

const chroma: Readonly<Record<string, readonly [number, number]>> = {
  '410': [2, 2],
  '411': [2, 0],
  '420': [1, 1],
  '422': [1, 0],
  '440': [0, 1],
  '444': [0, 0],
}

const plane = (holds: string, [shiftX, shiftY]: readonly [number, number] = [0, 0]): PlaneLayout => ({
  holds,
  step: holds.length,
  shiftX,
  shiftY,
})

function layout(
  name: string,
  family: PixelLayout['family'],
  bits: number,
  planes: readonly PlaneLayout[],
  more: { shift?: number; fullRange?: boolean } = {},
): PixelLayout {
  const alpha = planes.some(({ holds }) => holds.includes('a'))
  const { shift = 0, fullRange = family === 'rgb' } = more
  return { name, family, bits, shift, bytes: bits > 8 ? 2 : 1, alpha, fullRange, planes }
}

/** Formats with interleaved chroma, by name: sub-sampling, bits, order. The wide ones keep their bits at the top. */
const semiPlanar: Readonly<Record<string, readonly [sampling: string, bits: number, holds: string]>> = {
  nv12: ['420', 8, 'uv'],
  nv21: ['420', 8, 'vu'],
  nv16: ['422', 8, 'uv'],
  nv24: ['444', 8, 'uv'],
  nv42: ['444', 8, 'vu'],
  p010le: ['420', 10, 'uv'],
  p012le: ['420', 12, 'uv'],
  p016le: ['420', 16, 'uv'],
  p210le: ['422', 10, 'uv'],
  p212le: ['422', 12, 'uv'],
  p216le: ['422', 16, 'uv'],
  p410le: ['444', 10, 'uv'],
  p412le: ['444', 12, 'uv'],
  p416le: ['444', 16, 'uv'],
}

const packed: Readonly<Record<string, readonly [holds: string, bits: number]>> = {
  rgb24: ['rgb', 8],
  bgr24: ['bgr', 8],
  rgba: ['rgba', 8],
  bgra: ['bgra', 8],
  argb: ['argb', 8],
  abgr: ['abgr', 8],
  rgb48le: ['rgb', 16],
  bgr48le: ['bgr', 16],
  rgba64le: ['rgba', 16],
  bgra64le: ['bgra', 16],
}

/**
 * The layout of a pixel format, or undefined for one whose pixels are not whole elements of a plane (palettes, packed 4:2:2, bit
 * fields), are big-endian or floating point. Frames of those are converted before they are given out.
 *
 * @param name FFmpeg's name of the format
 */
export function pixelLayout(name: string): PixelLayout | undefined {
  const known = layouts.get(name)
  if (known) return known
  const found = findLayout(name)
  if (found) layouts.set(name, found)
  return found
}

/** Those that were asked for. */
const layouts = new Map<string, PixelLayout>()

function findLayout(name: string): PixelLayout | undefined {
  const planar = /^yuv(a?)(j?)(410|411|420|422|440|444)p(?:(9|10|12|14|16)le)?$/.exec(name)
  if (planar) {
    const [, alpha, full, sampling, bits] = planar
    const half = chroma[sampling!]!
    const planes = [plane('y'), plane('u', half), plane('v', half), ...(alpha ? [plane('a')] : [])]
    return layout(name, 'yuv', Number(bits ?? 8), planes, { fullRange: full === 'j' })
  }
  const semi = semiPlanar[name]
  if (semi) {
    const [sampling, bits, holds] = semi
    const planes = [plane('y'), plane(holds, chroma[sampling]!)]
    return layout(name, 'yuv', bits, planes, { shift: bits > 8 ? 16 - bits : 0 })
  }
  const grey = /^gray(?:(9|10|12|14|16)le)?$/.exec(name)
  if (grey) return layout(name, 'grey', Number(grey[1] ?? 8), [plane('y')])
  const greyAlpha = /^ya(8|16le)$/.exec(name)
  if (greyAlpha) return layout(name, 'grey', Number.parseInt(greyAlpha[1]!, 10), [plane('ya')])
  const separate = /^gbr(a?)p(?:(9|10|12|14|16)le)?$/.exec(name)
  if (separate) {
    const planes = ['g', 'b', 'r', ...(separate[1] ? ['a'] : [])].map((holds) => plane(holds))
    return layout(name, 'rgb', Number(separate[2] ?? 8), planes)
  }
  const together = packed[name]
  return together && layout(name, 'rgb', together[1], [plane(together[0])])
}

/** The name of a layout that holds everything a format without one can say. */
export function substituteFor(name: string, bits: number | undefined): string {
  if (/^(yuyv422|uyvy422|yvyu422)$/.test(name)) return 'yuv422p'
  if (/^uyyvyy411$/.test(name)) return 'yuv411p'
  if (/^mono[wb]$/.test(name)) return 'gray'
  const planar = /^(yuva?4\d\dp|gbra?p|gray)(9|10|12|14|16)be$/.exec(name)
  if (planar) return `${planar[1]}${planar[2]}le`
  if (/^(y21\d|v30x|xv3\d|xv48|v210|vuya|vuyx|ayuv|vyu444|uyva)/.test(name)) {
    const alpha = /^(vuya|ayuv|uyva)/.test(name) ? 'a' : ''
    const sampling = /^(y21\d|v210)/.test(name) ? '422' : '444'
    return (bits ?? 8) > 8 ? `yuv${alpha}${sampling}p16le` : `yuv${alpha}${sampling}p`
  }
  const wide = bits === undefined ? /f(16|32)/.test(name) : bits > 8
  const alpha = /^(pal8|argb|abgr|rgba|bgra|gbrap)/.test(name)
  return wide ? (alpha ? 'gbrap16le' : 'gbrp16le') : alpha ? 'rgba' : 'rgb24'
}
