import { type Canvas, type Colour, mix, step } from './canvas.ts'
import { chance, noise, rough } from './noise.ts'

/**
 * A morning at a lake: hills in the haze, pines, two balloons, a sail and some birds. Everything is computed from the time and the
 * place, in units of the picture's height.
 *
 * @param time seconds; the camera moves to the right with it
 */
export function paintScene(canvas: Canvas, time: number): void {
  const view: View = { canvas, time, unit: canvas.height, pan: 0.06 * time + 0.02 * time * time }
  sky(view)
  hills(view, 0.3, 0.5, 0.26, [126, 141, 178], 11)
  hills(view, 0.5, 0.57, 0.2, [92, 118, 146], 29)
  balloon(view, 1.15, 0.62 - 0.05 * time, 0.075, 0.55)
  hills(view, 0.75, 0.63, 0.17, [66, 104, 96], 47)
  pines(view, 0.75, 0.63, 0.17, 47)
  balloon(view, 0.62 + 0.015 * time, 0.42 - 0.026 * time, 0.15, 0.9)
  birds(view)
  lake(view)
  sail(view)
}

interface View {
  readonly canvas: Canvas
  readonly time: number
  /** Pixels of one unit. */
  readonly unit: number
  /** How far the camera has moved, in units, for things at hand. */
  readonly pan: number
}

const shore = 0.72
const sunlight: Colour = [255, 226, 160]

function sky({ canvas, time, unit, pan }: View): void {
  const { width, height } = canvas
  const [sunX, sunY] = [1.28 * unit - 0.1 * pan * unit, (0.36 - 0.02 * time) * unit]
  canvas.fill(0, 0, width, height, (x, y) => {
    const down = Math.min(1, y / (shore * unit))
    const air = mix(mix([58, 108, 178], [148, 190, 222], step(0, 0.55, down)), [250, 214, 168], step(0.4, 1, down))
    const distance = Math.hypot(x - sunX, y - sunY) / unit
    const glow = 0.85 * Math.exp(-distance * 9) + 0.35 * Math.exp(-distance * 2.6)
    const lit = mix(air, sunlight, Math.min(1, glow))
    const disc = step(0.052, 0.045, distance)
    const u = x / unit + 0.12 * pan + 0.02 * time
    const cloud =
      step(0.52, 0.78, rough(u * 2.2, (y / unit) * 6 + 3, 5)) * step(0.02, 0.2, down) * step(0.95, 0.6, down)
    return [mix(mix(lit, [255, 250, 232], disc), mix([255, 246, 236], sunlight, glow), 0.75 * cloud), 1]
  })
}

/** Height of a range of hills, in units from the top, at a place along it. */
const ridge = (u: number, base: number, rise: number, seed: number): number =>
  base - rise * (rough(u * 1.3 + seed, seed, 5) - 0.35)

function hills(
  { canvas, unit, pan }: View,
  nearness: number,
  base: number,
  rise: number,
  colour: Colour,
  seed: number,
): void {
  const { width, height } = canvas
  for (let x = 0; x < width; x++) {
    const u = x / unit + pan * nearness
    const top = ridge(u, base, rise, seed) * unit
    const slope = (ridge(u + 0.01, base, rise, seed) - ridge(u - 0.01, base, rise, seed)) * 12
    canvas.fill(x, top - 1, x + 1, Math.min(height, shore * unit + 1), (_, y) => {
      const depth = (y - top) / unit
      const grain = rough(u * 24, y * 0.11 + seed, 3) - 0.5
      const shaded = 1 + 0.28 * Math.max(-1, Math.min(1, -slope)) + 0.45 * nearness * grain
      const body: Colour = [colour[0] * shaded, colour[1] * shaded, colour[2] * shaded]
      const haze = 0.5 * (1 - nearness) + 0.35 * step(0, 0.16, depth)
      return [mix(body, [244, 216, 182], haze * 0.8), y + 1 - top]
    })
  }
}

function pines({ canvas, unit, pan }: View, nearness: number, base: number, rise: number, seed: number): void {
  const spacing = 0.026
  const from = Math.floor((pan * nearness - 0.1) / spacing)
  const to = Math.ceil((pan * nearness + canvas.width / unit + 0.1) / spacing)
  for (let index = from; index <= to; index++) {
    if (chance(index, 5) < 0.25) continue
    const u = (index + chance(index, 1) * 0.8) * spacing
    const foot = (ridge(u, base, rise, seed) + 0.012 + 0.05 * chance(index, 2) ** 2) * unit
    const tall = (0.05 + 0.05 * chance(index, 3)) * unit
    const x0 = (u - pan * nearness) * unit
    const green = mix([24, 62, 52], [54, 92, 58], chance(index, 4))
    canvas.fill(x0 - tall * 0.3, foot - tall, x0 + tall * 0.3, foot, (x, y) => {
      const up = (foot - y) / tall
      const ragged = 0.72 + 0.28 * (1 - ((up * 6) % 1))
      const half = tall * 0.24 * (1 - up) * ragged
      const side = (x - x0) / Math.max(1, half)
      return [mix(green, [196, 182, 120], 0.32 * step(0, 1, side)), half + 0.5 - Math.abs(x - x0)]
    })
  }
}

/** Water shows what stands above the shore, upside down and broken by ripples. */
function lake({ canvas, time, unit, pan }: View): void {
  const { width, height } = canvas
  const edge = shore * unit
  const sunX = (1.28 - 0.1 * pan) * unit
  canvas.fill(0, edge, width, height, (x, y) => {
    const depth = (y - edge) / (height - edge)
    const ripple = rough((x / unit) * 7 + pan * 7, (y / unit) * 46 + time * 1.6, 3) - 0.5
    const mirrorY = Math.round(edge - 1 - (y - edge) * 1.5 + ripple * 26 * (0.25 + depth))
    const mirrorX = Math.round(x + ripple * 12 * depth)
    const mirrored = canvas.at(
      Math.max(0, Math.min(width - 1, mirrorX)),
      Math.max(0, Math.min(Math.floor(edge) - 1, mirrorY)),
    )
    const water = mix(mirrored, [30, 74, 108], 0.26 + 0.4 * depth)
    const path = Math.exp(-(((x - sunX) / unit / (0.07 + 0.25 * depth)) ** 2))
    const glint = noise((x / unit) * 34 + pan * 34, (y / unit) * 150 + time * 5) + 0.5 * ripple
    const light = path * step(0.62, 0.85, glint) * 0.85 + step(0.86, 1, glint) * 0.25
    return [mix(water, [255, 240, 200], light), 1]
  })
}

function sail({ canvas, time, unit, pan }: View): void {
  const size = 0.13 * unit
  const x0 = (1.5 - 0.05 * time - 0.75 * pan + 0.35) * unit
  const y0 = 0.8 * unit + Math.sin(time * 2) * 1.2
  const lean = 0.06 * Math.sin(time * 1.3)
  canvas.fill(x0 - size, y0 - size * 1.3, x0 + size, y0 + size * 0.3, (px, y) => {
    const up = (y0 - y) / size
    const x = (px - x0) / size - lean * up
    const pixel = 1 / size
    const hull =
      Math.min(step(0.02, -0.02, up), step(-0.2, -0.17, up)) * step(pixel, -pixel, Math.abs(x) - 0.42 - 0.6 * up)
    if (hull > 0) return [mix([122, 44, 34], [60, 24, 22], step(0, -0.18, up)), hull]
    const main =
      step(0.06, 0.08, up) *
      step(1.18, 1.16, up) *
      step(-pixel, pixel, x - 0.02) *
      step(pixel, -pixel, x - 0.42 * (1.18 - up))
    if (main > 0) return [mix([255, 250, 236], [232, 206, 170], step(0, 0.5, x) * 0.8), main]
    const jib =
      step(0.06, 0.08, up) *
      step(1, 0.98, up) *
      step(pixel, -pixel, x + 0.03) *
      step(-pixel, pixel, x + 0.36 * (1 - up))
    return [[226, 92, 60], jib]
  })
}

const stripes: readonly Colour[] = [
  [214, 52, 48],
  [250, 240, 220],
  [238, 160, 44],
  [42, 92, 150],
]

function balloon({ canvas, time, unit, pan }: View, u: number, v: number, radius: number, nearness: number): void {
  const r = radius * unit
  const x0 = (u - pan * nearness * 0.4) * unit + Math.sin(time * 0.8 + radius * 40) * 0.03 * r
  const y0 = v * unit
  const haze = 0.45 * (1 - nearness)
  canvas.fill(x0 - r * 1.1, y0 - r * 1.1, x0 + r * 1.1, y0 + r * 2.1, (px, py) => {
    const [x, y] = [(px - x0) / r, (py - y0) / r]
    const pixel = 1 / r
    // A sphere above, drawn in to a neck below.
    const half =
      y < 0
        ? Math.sqrt(Math.max(0, 1 - y * y))
        : Math.sqrt(Math.max(0, 1 - y * y * 0.62)) * (1 - 0.45 * step(0, 1.25, y))
    const skin = step(pixel, -pixel, Math.abs(x) - half) * step(1.2 + pixel, 1.2, y) * step(-1 - pixel, -1 + pixel, y)
    if (skin > 0) {
      const around = Math.asin(Math.max(-1, Math.min(1, x / Math.max(0.05, half)))) / Math.PI + 0.5
      const place = around * 11.999 + 0.4
      const [here, next] = [stripes[Math.floor(place) % 4]!, stripes[Math.floor(place + 1) % 4]!]
      const soft = Math.min(0.5, (pixel * 5) / Math.max(0.1, Math.sqrt(Math.max(0, 1 - (x / half) ** 2))))
      const stripe = mix(here, next, step(1 - soft, 1, place % 1))
      const band = y > 0.3 && y < 0.44 ? stripes[1]! : stripe
      const light = 0.62 + 0.5 * step(-1, 0.9, x * 0.75 - y * 0.5)
      return [mix([band[0] * light, band[1] * light, band[2] * light], [244, 216, 182], haze), skin]
    }
    const rope = y > 1.15 && y < 1.62 ? step(pixel * 1.4, 0, Math.abs(Math.abs(x) - 0.26 + (y - 1.15) * 0.2)) : 0
    const basket = step(1.58, 1.62, y) * step(1.92, 1.88, y) * step(0.2, 0.18, Math.abs(x))
    return basket > 0 ? [mix([112, 70, 36], [180, 130, 70], noise(x * 30, y * 30)), basket] : [[70, 60, 50], rope * 0.8]
  })
}

function birds({ canvas, time, unit }: View): void {
  for (let index = 0; index < 6; index++) {
    const row = (index + 1) >> 1
    const x0 = (0.1 + 0.11 * time + row * -0.05 + 0.02 * chance(index, 7)) * unit
    const y0 = (0.13 + (index % 2 ? 1 : -1) * row * 0.028 + 0.01 * Math.sin(time * 2 + index)) * unit
    const span = 0.026 * unit
    const flap = 0.55 * Math.sin(time * 9 + index * 1.7)
    canvas.fill(x0 - span, y0 - span, x0 + span, y0 + span, (x, y) => {
      const out = Math.abs(x - x0) / span
      const wing = y0 - span * flap * Math.sqrt(out) * (1.2 - out)
      return [[40, 44, 58], (1 - out) * 1.6 * step(1.5, 0.4, Math.abs(y - wing))]
    })
  }
}
