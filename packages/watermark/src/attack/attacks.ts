import type { Step } from './step.ts'

/** What happens to pictures on their way through the world, by name. */
export interface Attack {
  readonly name: string
  /** A few words for people. */
  readonly summary: string
  readonly steps: readonly Step[]
}

const attack = (name: string, summary: string, ...steps: Step[]): Attack => ({ name, summary, steps })

const encode = (format: 'jpeg' | 'webp' | 'avif', quality: number): Step => ({ do: 'encode', format, quality })
const crop = (share: number): Step => ({ do: 'crop', share })
const scale = (x: number, y = x): Step => ({ do: 'scale', x, y })
const fit = (longSide: number): Step => ({ do: 'fit', longSide })
const rotate = (degrees: number | 'any', canvas: 'same' | 'larger' | 'inside' = 'same'): Step => ({
  do: 'rotate',
  degrees,
  canvas,
})
const noise = (sigma: number): Step => ({ do: 'noise', sigma })
const blur = (sigma: number): Step => ({ do: 'blur', sigma })
const brightness = (factor: number): Step => ({ do: 'brightness', factor })

const jpegs = [90, 70, 50, 30, 20, 10].map((quality) =>
  attack(`jpeg${quality}`, `JPEG of quality ${quality}`, encode('jpeg', quality)),
)
const scales = [0.5, 0.7, 0.75, 1.5, 2].map((factor) =>
  attack(`resize${factor * 100}`, `resized to ${factor * 100} %`, scale(factor)),
)
const crops = [0.9, 0.85, 0.8, 0.71, 0.5].map((share) =>
  attack(`crop${share * 100}`, `cropped to ${share * 100} % of each side`, crop(share)),
)
const turns = [1, 5, 10, 45].map((degrees) =>
  attack(`rotate${degrees}`, `turned by ${degrees} degree${degrees === 1 ? '' : 's'}, corners black`, rotate(degrees)),
)
const noises = [0.02, 0.05, 0.1].map((sigma) =>
  attack(`noise${`${sigma * 100}`.padStart(2, '0')}`, `Gaussian noise, ${sigma * 100} % of white`, noise(sigma)),
)

/** The attack set. Names are those of the benchmark's figures. */
export const attacks: readonly Attack[] = [
  attack('none', 'nothing'),
  ...jpegs,
  attack('webp50', 'WebP of quality 50', encode('webp', 50)),
  attack('avif50', 'AVIF of quality 50', encode('avif', 50)),
  ...scales,
  attack('aspect80', 'width to 80 %, height kept', scale(0.8, 1)),
  ...crops,
  ...turns,
  attack('rotate90', 'a quarter turn', { do: 'quarterTurn' }),
  attack('rotateAny', 'turned by any angle, corners black', rotate('any')),
  attack('hflip', 'mirrored left to right', { do: 'flip', axis: 'horizontal' }),
  attack('vflip', 'mirrored top to bottom', { do: 'flip', axis: 'vertical' }),
  attack('gray', 'colours to grey', { do: 'grey' }),
  attack('brightness50', 'half as bright', brightness(0.5)),
  attack('brightness150', 'brighter by half, clipped', brightness(1.5)),
  attack('contrast200', 'twice the contrast, clipped', { do: 'contrast', factor: 2 }),
  attack('gamma70', 'gamma of 0.7, lighter', { do: 'gamma', power: 0.7 }),
  attack('gamma150', 'gamma of 1.5, darker', { do: 'gamma', power: 1.5 }),
  attack('blur1', 'Gaussian blur of 1 pixel', blur(1)),
  attack('blur2', 'Gaussian blur of 2 pixels', blur(2)),
  attack('median3', 'median of 3x3 pixels', { do: 'median3' }),
  ...noises,
  attack('noiseRows', 'every twentieth row is noise', { do: 'noiseRows', share: 0.05 }),
  attack('screenshot', 'cropped to 85 %, resized to 80 %, JPEG 80', crop(0.85), scale(0.8), encode('jpeg', 80)),
  attack(
    'jpeg60crop71bright50',
    'JPEG 60, cropped to 71 %, half as bright',
    encode('jpeg', 60),
    crop(0.71),
    brightness(0.5),
  ),
  attack('social1080', 'as in a feed: long side at most 1080, JPEG 75', fit(1080), encode('jpeg', 75)),
  attack('social720', 'as in a chat: long side at most 720, JPEG 75', fit(720), encode('jpeg', 75)),
  attack(
    'forwarded',
    'passed on twice: at most 1280, JPEG 80; at most 800, JPEG 70',
    fit(1280),
    encode('jpeg', 80),
    fit(800),
    encode('jpeg', 70),
  ),
  attack('text', 'lettering laid over it', { do: 'text' }),
  attack('logo', 'a logo in a corner', { do: 'logo', share: 0.3 }),
  attack('rotateLarger', 'turned by any angle, on a larger white canvas', rotate('any', 'larger')),
  attack('rotateInside', 'turned by 8 degrees, corners cut off', rotate(8, 'inside')),
  attack('shear', 'slanted by 5 %', { do: 'shear', share: 0.05 }),
  attack('perspective', 'corners moved by up to 2 %', { do: 'perspective', share: 0.02 }),
]

/** Names of the attacks, in the set's order. */
export const attackNames = attacks.map(({ name }) => name)

/** @throws RangeError for a name that is none */
export function attackOf(name: string): Attack {
  const found = attacks.find((each) => each.name === name)
  if (!found) throw new RangeError(`There is no attack "${name}". Attacks: ${attackNames.join(', ')}.`)
  return found
}
