import { Canvas, type Colour, mixed } from './canvas.ts'
import { Lettering } from './lettering.ts'
import { fractal } from './noise.ts'
import type { Random } from './random.ts'

/** Paints a picture of some kind, as the random numbers have it. */
export type Painter = (width: number, height: number, random: Random) => Canvas

/** A page of print. */
const page: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const paper = random.of<Colour>([
    [255, 255, 255],
    [250, 246, 235],
    [244, 244, 246],
  ])
  canvas.fill(() => paper)
  const letters = new Lettering(random)
  const size = Math.max(4, Math.min(width, height) / random.between(55, 90))
  const ink = random.colour(0, 60)
  const [left, columns] = [width * 0.07, random.whole(1, 3)]
  const wide = (width - 2 * left) / columns
  letters.line(canvas, left, height * 0.06, width - 2 * left, size * 2.4, random.colour(0, 120), 0.22)
  for (let column = 0; column < columns; column++) {
    let top = height * 0.14
    if (random.unit() < 0.5) {
      const drawn = wide * 0.5
      const field = fractal(random, drawn / 2, 5)
      const [from, to] = [random.colour(), random.colour()]
      canvas.shape(
        [left + column * wide, top, left + column * wide + wide * 0.92, top + drawn],
        () => -1,
        (x, y) => mixed(from, to, field(x, y)),
      )
      top += drawn + size * 2
    }
    letters.paragraph(
      canvas,
      { left: left + column * wide, top, width: wide * 0.92, height: height * 0.95 - top },
      size,
      ink,
    )
  }
  return canvas
}

/** Windows of a program. */
const screen: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const dark = random.unit() < 0.5
  const [back, panel, ink]: Colour[] = dark
    ? [
        [30, 31, 36],
        [44, 46, 52],
        [214, 216, 220],
      ]
    : [
        [246, 247, 249],
        [228, 231, 236],
        [40, 42, 50],
      ]
  const accent = random.colour(40, 230)
  canvas.fill(() => back!)
  const letters = new Lettering(random)
  const size = Math.max(4, Math.min(width, height) / random.between(60, 80))
  canvas.rectangle(0, 0, width, size * 4, panel!)
  canvas.rectangle(0, size * 4, width * 0.22, height, mixed(panel!, back!, 0.4))
  letters.line(canvas, size * 2, size * 1.5, width * 0.6, size, ink!)
  for (let y = size * 7; y < height - size * 3; y += size * 3.4) {
    canvas.disc(size * 2, y + size / 2, size * 0.9, random.unit() < 0.4 ? accent : panel!)
    letters.line(canvas, size * 4, y, width * 0.2 - size * 4, size, ink!)
  }
  for (let y = size * 6; y < height - size * 8; y += size * 14) {
    canvas.rectangle(width * 0.26, y, width * 0.68, size * 12, mixed(back!, panel!, 0.6), size)
    letters.paragraph(canvas, { left: width * 0.28, top: y + size, width: width * 0.4, height: size * 8 }, size, ink!)
    canvas.rectangle(width * 0.28, y + size * 9, size * 10, size * 2.2, accent, size * 0.6)
    const field = fractal(random, size * 5, 4)
    const [from, to] = [random.colour(), random.colour()]
    canvas.shape(
      [width * 0.74, y + size, width * 0.92, y + size * 11],
      () => -1,
      (x, z) => mixed(from, to, field(x, z)),
    )
  }
  return canvas
}

/** A smooth change of colour with the grain of a sensor. */
const gradient: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const colours = [random.colour(), random.colour(), random.colour()] as const
  const angle = random.between(0, 2 * Math.PI)
  const [cx, cy] = [random.between(0, width), random.between(0, height)]
  const round = random.unit() < 0.5
  const grain = random.between(0.5, 3)
  canvas.fill((x, y) => {
    const along = round
      ? Math.hypot(x - cx, y - cy) / Math.hypot(width, height)
      : 0.5 + ((x / width - 0.5) * Math.cos(angle) + (y / height - 0.5) * Math.sin(angle)) / 1.42
    const [r, g, b] =
      along < 0.5 ? mixed(colours[0], colours[1], along * 2) : mixed(colours[1], colours[2], along * 2 - 1)
    return [r + grain * random.bell(), g + grain * random.bell(), b + grain * random.bell()]
  })
  return canvas
}

/** Flat shapes with outlines. */
const illustration: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const [sky, ground] = [random.colour(120), random.colour(60)]
  canvas.fill((_, y) => mixed(sky, ground, y / height))
  const short = Math.min(width, height)
  for (let i = random.whole(25, 60); i > 0; i--) {
    const [x, y] = [random.between(0, width), random.between(0, height)]
    const [colour, ink] = [random.colour(), random.colour(0, 60)]
    const [rx, ry] = [random.between(0.02, 0.16) * short, random.between(0.02, 0.16) * short]
    const edge = random.between(1, 4)
    if (random.unit() < 0.6) {
      const angle = random.between(0, Math.PI)
      canvas.ellipse(x, y, rx + edge, ry + edge, angle, ink)
      canvas.ellipse(x, y, rx, ry, angle, colour)
    } else {
      canvas.rectangle(x - edge, y - edge, rx * 2 + 2 * edge, ry * 2 + 2 * edge, ink, edge * 2)
      canvas.rectangle(x, y, rx * 2, ry * 2, colour, edge)
    }
  }
  return canvas
}

/** Discs of all sizes that lie over one another: the statistics of natural pictures (A. Lee, D. Mumford, J. Huang, IJCV 41, 2001). */
const leaves: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const tint = random.colour(40, 215)
  canvas.fill(() => tint)
  const short = Math.min(width, height)
  const [least, most] = [short / 170, short / 4]
  const count = Math.round((width * height) / (short / 40) ** 2) * 3
  for (let i = 0; i < count; i++) {
    // Radii fall off with the third power.
    const radius = 1 / Math.sqrt(random.between(1 / (most * most), 1 / (least * least)))
    const colour = mixed(tint, random.colour(), random.between(0.2, 0.9))
    const field = random.between(-0.35, 0.35)
    const [cx, cy] = [random.between(0, width), random.between(0, height)]
    canvas.ellipse(cx, cy, radius, radius * random.between(0.5, 1), random.between(0, Math.PI), (x, y) => {
      const light = 1 + (field * (x - cx + y - cy)) / radius
      return [colour[0] * light, colour[1] * light, colour[2] * light]
    })
  }
  return canvas
}

/** Clouds, marble, rust: noise of all scales in two or three colours. */
const clouds: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const short = Math.min(width, height)
  const field = fractal(random, short / random.between(1.5, 4), 8, random.between(0.45, 0.7))
  const bend = fractal(random, short / 3, 3)
  const swirl = random.between(0, short / 3)
  const colours = [random.colour(), random.colour(), random.colour()] as const
  canvas.fill((x, y) => {
    const h = Math.min(1, Math.max(0, (field(x + swirl * bend(x, y), y + swirl * bend(y, x)) - 0.5) * 2.2 + 0.5))
    return h < 0.5 ? mixed(colours[0], colours[1], h * 2) : mixed(colours[1], colours[2], h * 2 - 1)
  })
  return canvas
}

/** Ridges before a sky. */
const landscape: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const [zenith, horizon] = [random.colour(20, 160), random.colour(150, 255)]
  const haze = fractal(random, width / 3, 5)
  canvas.fill((x, y) => mixed(mixed(zenith, horizon, y / height), [255, 255, 255], 0.35 * haze(x, 2 * y)))
  const sun = random.between(0.1, 0.9) * width
  canvas.disc(sun, height * 0.25, height * 0.06, [255, 244, 214])
  for (let ridge = 0; ridge < 5; ridge++) {
    const outline = fractal(random, width / (2 + ridge), 6)
    const ground = fractal(random, height / 12, 5, 0.7)
    const near = (ridge + 1) / 5
    const tone = mixed(horizon, random.colour(10, 120), near)
    const edge = (x: number): number => height * (0.3 + 0.13 * ridge + 0.3 * (outline(x, ridge * 977) - 0.5))
    canvas.shape(
      [0, 0, width, height],
      (x, y) => edge(x) - y,
      (x, y) => {
        const light = 1 + near * 1.1 * (ground(x, y) - 0.5)
        return [tone[0] * light, tone[1] * light, tone[2] * light]
      },
    )
  }
  return canvas
}

/** Bricks, boards or cloth. */
const weave: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const short = Math.min(width, height)
  const [w, h] = [short / random.between(6, 30), short / random.between(12, 40)]
  const [joint, tile] = [random.colour(), random.colour()]
  const grain = fractal(random, short / 10, 7, 0.75)
  const tones = new Map<string, number>()
  canvas.fill((x, y) => {
    const row = Math.floor(y / h)
    const column = Math.floor(x / w + (row % 2) / 2)
    const name = `${row} ${column}`
    if (!tones.has(name)) tones.set(name, random.between(0.75, 1.2))
    const u = x / w + (row % 2) / 2 - column
    const v = y / h - row
    const edge = Math.min(u * w, (1 - u) * w, v * h, (1 - v) * h)
    const light = tones.get(name)! * (0.7 + 0.6 * grain(x, y))
    const laid = mixed(joint, [tile[0] * light, tile[1] * light, tile[2] * light], Math.min(1, edge / 2))
    return laid
  })
  return canvas
}

/** Lights out of focus in the dark. */
const night: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  const back = random.colour(2, 40)
  const glow = fractal(random, height / 2, 4)
  canvas.fill((x, y) => {
    const grain = 2 * random.bell()
    const light = 0.5 + glow(x, y)
    return [back[0] * light + grain, back[1] * light + grain, back[2] * light + grain]
  })
  const short = Math.min(width, height)
  for (let i = random.whole(30, 90); i > 0; i--) {
    const radius = short * random.between(0.004, 0.05)
    canvas.disc(
      random.between(0, width),
      random.between(0, height),
      radius,
      random.colour(80, 255),
      random.between(0.2, 0.9),
    )
  }
  return canvas
}

/** A chart with a grid, bars and curves. */
const chart: Painter = (width, height, random) => {
  const canvas = new Canvas(width, height)
  canvas.fill(() => [255, 255, 255])
  const letters = new Lettering(random)
  const size = Math.max(4, Math.min(width, height) / 60)
  const [left, top, wide, high] = [width * 0.1, height * 0.14, width * 0.84, height * 0.72]
  letters.line(canvas, left, height * 0.05, wide, size * 1.8, [30, 30, 40], 0.2)
  for (let line = 0; line <= 8; line++) {
    const y = top + (high * line) / 8
    canvas.line(left, y, left + wide, y, 1, [205, 208, 214])
    letters.line(canvas, width * 0.02, y - size / 2, width * 0.08, size, [90, 90, 100])
  }
  const bars = random.whole(8, 20)
  const fill = random.colour(60, 220)
  for (let bar = 0; bar < bars; bar++) {
    const tall = high * random.between(0.1, 0.9)
    canvas.rectangle(left + (wide * (bar + 0.15)) / bars, top + high - tall, (wide * 0.7) / bars, tall, fill)
  }
  for (let curve = 0; curve < 3; curve++) {
    const shape = fractal(random, wide / 4, 4)
    const colour = random.colour(0, 200)
    const y = (x: number): number => top + high * shape(x, curve * 31)
    for (let x = left; x + 4 <= left + wide; x += 4) canvas.line(x, y(x), x + 4, y(x + 4), 2.5, colour)
  }
  return canvas
}

/** Kinds of synthesised pictures, by name. */
export const painters = {
  page,
  screen,
  gradient,
  illustration,
  leaves,
  clouds,
  landscape,
  weave,
  night,
  chart,
} as const

export type PainterName = keyof typeof painters
