/** A number with so many decimals, for reports: more nobody can use. Never -0. */
export const rounded = (value: number, decimals: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals + 0

/** As {@link rounded}; what is null or not finite becomes null. */
export const roundedOrNull = (value: number | null, decimals: number): number | null =>
  value === null || !Number.isFinite(value) ? null : rounded(value, decimals)

/** A number with so many significant digits. */
export const significant = (value: number, digits: number): number => Number(value.toPrecision(digits))
