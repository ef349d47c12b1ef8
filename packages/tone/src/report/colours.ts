/**
 * Magma: even to the eye, readable in grey and by the colour-blind. N. J. Smith and S. van der Walt for matplotlib, CC0. Every fifth of
 * its 256 colours; what is interpolated between them is less than 1 of 255 off.
 */
const magma =
  '00000402020b0504160907200e0b2b140e361a104221114e29115a311165390f6e420f754a107952137c5a167e6219806a1c81721f8179228282' +
  '2581892881912b81992d80a1307eaa337db2357bba3878c23b75ca3e72d2426fd9466be04c67e75263ec5860f1605df4695cf7725cf97b5dfb85' +
  '60fc8e64fd9869fea16efeaa74feb47bfebd82fec68afecf92fed89afde2a3fdebacfcf4b6fcfdbf'
const every = 5

/** The 256 colours of magma, red, green, blue, from dark to light. */
export const magmaPalette: Uint8Array = Uint8Array.from({ length: 256 * 3 }, (_, at) => {
  const [colour, channel] = [Math.floor(at / 3), at % 3]
  const known = (index: number) =>
    Number.parseInt(magma.slice((index * 3 + channel) * 2, (index * 3 + channel) * 2 + 2), 16)
  const index = Math.floor(colour / every)
  const part = (colour % every) / every
  return Math.round(part > 0 ? known(index) * (1 - part) + known(index + 1) * part : known(index))
})

/** A colour of magma as CSS has it. @param part 0 dark to 1 light */
export function magmaAt(part: number): string {
  const at = Math.round(Math.min(1, Math.max(0, part)) * 255) * 3
  return `#${[...magmaPalette.subarray(at, at + 3)].map((value) => value.toString(16).padStart(2, '0')).join('')}`
}
