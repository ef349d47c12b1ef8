import { type Picture, type PictureFormat, writePicture } from '@colophon/media'
import { type Attack, attackOf } from './attacks.ts'
import { exportOptions, reencode } from './encode.ts'
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

/**
 * Writes what an attack makes of a picture: the encoder's own file where the attack ends with one, else a PNG without a loss.
 *
 * @param nameFor gives the path for a format
 */
export async function writeAttacked(
  picture: Picture,
  attack: Attack | string,
  seed: string,
  nameFor: (format: PictureFormat) => string,
): Promise<string> {
  const { name, steps } = typeof attack === 'string' ? attackOf(attack) : attack
  const last = steps.at(-1)
  const encodes = last?.do === 'encode'
  const before = await applied(picture, encodes ? steps.slice(0, -1) : steps, new SeededRandom(`${name} ${seed}`))
  const format = encodes ? last.format : 'png'
  const path = nameFor(format)
  const wide = before.bitDepth > 8 ? 16 : 8
  await writePicture(before, path, encodes ? exportOptions(last) : { format, bitDepth: wide })
  return path
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
