/** Numbers of a picture's pixels, row after row without gaps. */
export interface GreyPlane {
  readonly data: Float32Array
  readonly width: number
  readonly height: number
}

/** As {@link blurred}, into `out`, which may be the plane's own data. */
export function blurInto({ data, width, height }: GreyPlane, sigma: number, out: Float32Array): void {
  const radius = boxRadius(sigma)
  acrossRows(data, width, height, radius, out)
  acrossRows(out, width, height, radius, out)
  downColumns(out, width, height, radius, out)
  downColumns(out, width, height, radius, out)
}

/**
 * A plane without its detail: a box twice in each direction, nearly a Gaussian of the deviation `sigma`. At the edges the outermost
 * pixels go on.
 */
export function blurred(plane: GreyPlane, sigma: number): GreyPlane {
  const data = new Float32Array(plane.data.length)
  blurInto(plane, sigma, data)
  return { data, width: plane.width, height: plane.height }
}

/** Pixels to either side of a box that, applied twice, has the variance of the Gaussian. */
export const boxRadius = (sigma: number): number => Math.max(1, Math.round((Math.sqrt(6 * sigma * sigma + 1) - 1) / 2))

function acrossRows(from: Float32Array, width: number, height: number, radius: number, to: Float32Array): void {
  const line = new Float64Array(width)
  const share = 1 / (2 * radius + 1)
  const last = width - 1
  for (let y = 0; y < height; y++) {
    const start = y * width
    for (let x = 0; x < width; x++) line[x] = from[start + x]!
    let sum = line[0]! * radius
    for (let x = 0; x <= radius; x++) sum += line[x < last ? x : last]!
    for (let x = 0; x < width; x++) {
      to[start + x] = sum * share
      const entering = x + radius + 1
      const leaving = x - radius
      sum += line[entering < last ? entering : last]! - line[leaving > 0 ? leaving : 0]!
    }
  }
}

function downColumns(from: Float32Array, width: number, height: number, radius: number, to: Float32Array): void {
  const share = 1 / (2 * radius + 1)
  const last = height - 1
  const sums = new Float64Array(width)
  // A ring of the rows above that are still needed, since `to` may be `from`.
  const ring = radius + 1
  const kept = new Float32Array(ring * width)
  for (let y = -radius; y <= radius; y++) {
    const row = (y < 0 ? 0 : y < last ? y : last) * width
    for (let x = 0; x < width; x++) sums[x]! += from[row + x]!
  }
  const first = from.slice(0, width)
  for (let y = 0; y < height; y++) {
    const start = y * width
    const keep = (y % ring) * width
    for (let x = 0; x < width; x++) kept[keep + x] = from[start + x]!
    const entering = (y + radius + 1 < last ? y + radius + 1 : last) * width
    const leaving = y - radius
    const old = leaving > 0 ? (leaving % ring) * width : -1
    for (let x = 0; x < width; x++) to[start + x] = sums[x]! * share
    if (y === last) break
    for (let x = 0; x < width; x++) sums[x]! += from[entering + x]! - (old < 0 ? first[x]! : kept[old + x]!)
  }
}
