import type { Picture } from '@colophon/media'
import type { SeededRandom } from './random.ts'
import { coloursOf, peakOf, rounded, withSamples } from './samples.ts'

/** Capital letters of five by seven dots, rows from the top. */
const letters: Readonly<Record<string, readonly string[]>> = {
  C: ['.###.', '#...#', '#....', '#....', '#....', '#...#', '.###.'],
  O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  P: ['####.', '#...#', '#...#', '####.', '#....', '#....', '#....'],
  H: ['#...#', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  N: ['#...#', '##..#', '#.#.#', '#..##', '#...#', '#...#', '#...#'],
}
const word = 'COLOPHON'

/** Writes a word in white across the picture, as wide as four fifths of it; its height above the lower edge is left to chance. */
export function layText(picture: Picture, random: SeededRandom): Picture {
  const { width, height } = picture
  const dot = (0.8 * width) / (6 * word.length - 1)
  const left = 0.1 * width
  const top = random.uniform() * Math.max(0, height - 7 * dot)
  return laid(picture, (x, y) => {
    const column = Math.floor((x - left) / dot)
    const row = Math.floor((y - top) / dot)
    if (column < 0 || row < 0 || row >= 7 || column >= 6 * word.length - 1 || column % 6 === 5) return undefined
    const lit = letters[word[Math.floor(column / 6)]!]![row]![column % 6] === '#'
    return lit ? { colour: [1, 1, 1], opacity: 0.9 } : undefined
  })
}

/**
 * Puts a round logo into a corner that is left to chance: a red disc in a white ring.
 *
 * @param share its diameter as a share of the short side
 */
export function layLogo(picture: Picture, share: number, random: SeededRandom): Picture {
  const { width, height } = picture
  const radius = (share * Math.min(width, height)) / 2
  const margin = radius * 1.2
  const cx = random.below(2) === 0 ? margin : width - margin
  const cy = random.below(2) === 0 ? margin : height - margin
  return laid(picture, (x, y) => {
    const distance = Math.hypot(x - cx, y - cy) / radius
    if (distance > 1) return undefined
    return distance > 0.8 ? { colour: [1, 1, 1], opacity: 1 } : { colour: [0.8, 0.1, 0.15], opacity: 0.85 }
  })
}

interface Paint {
  readonly colour: readonly [number, number, number]
  readonly opacity: number
}

function laid(picture: Picture, paintAt: (x: number, y: number) => Paint | undefined): Picture {
  const { samples, channels, width, height } = picture
  const peak = peakOf(picture)
  const colours = coloursOf(picture)
  const painted = samples.slice()
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const paint = paintAt(x, y)
      if (!paint) continue
      const at = (y * width + x) * channels
      for (let colour = 0; colour < colours; colour++) {
        const under = samples[at + colour]!
        painted[at + colour] = rounded(under + paint.opacity * (paint.colour[colour]! * peak - under), peak)
      }
    }
  return withSamples(picture, painted)
}
