import { type Picture, writePicture } from '@colophon/media'
import { type Attack, attackOf } from './attacks.ts'
import { exportOptions, keptOptions, reencode } from './encode.ts'
import { blur, median3 } from './filter.ts'
import { crop, fitInto, flip, quarterTurn, rotate, scaleBy, shear } from './geometry.ts'
import { addNoise, addNoiseRows } from './noise.ts'
import { layLogo, layText } from './overlay.ts'
import { changePerspective } from './perspective.ts'
import { SeededRandom } from './random.ts'
import type { Step } from './step.ts'
import { changeBrightness, changeContrast, changeGamma, toGrey } from './tone.ts'

/**
 * Does to a picture what an attack says.
 *
 * @param attack one of {@link attacks}, or its name
 * @param seed what is left to chance follows it; the same seed and attack do the same
 * @returns another picture; the given one stays as it is
 * @throws RangeError for a name that is none; ColophonError MEDIA_NOT_WRITTEN
 */
export async function attackPicture(picture: Picture, attack: Attack | string, seed = ''): Promise<Picture> {
  const { name, steps } = typeof attack === 'string' ? attackOf(attack) : attack
  return applied(picture, steps, new SeededRandom(`${name} ${seed}`))
}

/** How a copy is written. */
export interface WriteAttackedOptions {
  readonly seed?: string
  /** Default: that of the encoder which the last attack ends with, whose own file it then is; else PNG. */
  readonly format?: CopyFormat | undefined
}

/** Formats that attacked copies are written in. */
export const copyFormats = ['png', 'jpeg', 'webp', 'avif', 'tiff'] as const

export type CopyFormat = (typeof copyFormats)[number]

/** A copy that was written. */
export interface AttackedCopy {
  readonly path: string
  readonly format: CopyFormat
  readonly width: number
  readonly height: number
}

/**
 * Writes what attacks, one after the other, make of a picture. What no encoder of theirs has written is written without a loss, or as JPEG and
 * AVIF nearly so.
 *
 * @param nameFor gives the path for a format
 * @throws RangeError for a name that is none; ColophonError MEDIA_NOT_WRITTEN
 */
export async function writeAttacked(
  picture: Picture,
  names: readonly string[],
  { seed = '', format }: WriteAttackedOptions,
  nameFor: (format: CopyFormat) => Promise<string>,
): Promise<AttackedCopy> {
  const list = names.map(attackOf)
  const final = list.at(-1)?.steps.at(-1)
  const own = final?.do === 'encode' && (format ?? final.format) === final.format ? final : undefined
  let copy = picture
  for (const [index, { name, steps }] of list.entries()) {
    const left = own && index === list.length - 1 ? steps.slice(0, -1) : steps
    copy = await applied(copy, left, new SeededRandom(`${name} ${seed}`))
  }
  const written = own?.format ?? format ?? 'png'
  const path = await nameFor(written)
  await writePicture(copy, path, own ? exportOptions(own) : keptOptions(copy, written))
  return { path, format: written, width: copy.width, height: copy.height }
}

async function applied(picture: Picture, steps: readonly Step[], random: SeededRandom): Promise<Picture> {
  let now = picture
  for (const step of steps) now = step.do === 'encode' ? await reencode(now, step) : changed(now, step, random)
  return now
}

function changed(picture: Picture, step: Exclude<Step, { do: 'encode' }>, random: SeededRandom): Picture {
  switch (step.do) {
    case 'crop':
      return crop(picture, step.share, random)
    case 'scale':
      return scaleBy(picture, step.x, step.y)
    case 'fit':
      return fitInto(picture, step.longSide)
    case 'rotate':
      return rotate(picture, step.degrees === 'any' ? 360 * random.uniform() : step.degrees, step.canvas)
    case 'quarterTurn':
      return quarterTurn(picture)
    case 'flip':
      return flip(picture, step.axis)
    case 'shear':
      return shear(picture, step.share)
    case 'perspective':
      return changePerspective(picture, step.share, random)
    case 'grey':
      return toGrey(picture)
    case 'brightness':
      return changeBrightness(picture, step.factor)
    case 'contrast':
      return changeContrast(picture, step.factor)
    case 'gamma':
      return changeGamma(picture, step.power)
    case 'blur':
      return blur(picture, step.sigma)
    case 'median3':
      return median3(picture)
    case 'noise':
      return addNoise(picture, step.sigma, random)
    case 'noiseRows':
      return addNoiseRows(picture, step.share, random)
    case 'text':
      return layText(picture, random)
    case 'logo':
      return layLogo(picture, step.share, random)
  }
}
