const eighth = Math.PI / 4

/**
 * Writes the root of unity exp(-2 pi i k / n): its real part to `to[at]`, its imaginary part to `to[at + apart]`. The
 * angle is brought below an eighth of a turn with whole numbers first, so that both are exact to about half a unit in
 * the last place.
 */
export function putRoot(k: number, n: number, to: { [index: number]: number }, at: number, apart = 1): void {
  const turned = 8 * (k % n)
  const octant = Math.floor(turned / n)
  const rest = (turned - octant * n) / n
  const angle = (octant % 2 === 0 ? rest : 1 - rest) * eighth
  const near = Math.cos(angle)
  const far = Math.sin(angle)
  // Octants 1, 2, 5 and 6 lie around the vertical axis, where sine and cosine change places.
  const upright = (octant + 1) & 2
  const cosine = upright ? far : near
  const sine = upright ? near : far
  to[at] = octant >= 2 && octant < 6 ? -cosine : cosine
  to[at + apart] = octant < 4 ? -sine : sine
}
