/** A number of bytes as a person reads it: `512 B`, `4.2 kB`, `1.3 GB`. */
export const formatBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  // 999.95 would be shown as 1000.0.
  for (; value >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1; unit++) value /= 1000
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** A time as a person reads it: `40 ms`, `1.2 s`, `3 min 5 s`, `2 h 10 min`. */
export const formatDuration = (milliseconds: number): string => {
  const ms = Math.max(0, milliseconds)
  if (ms < 99.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A record in which the numbers whose names end in `Bytes` are written as sizes, for people. */
export const withSizes = (counts: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(counts).map(([name, value]) => {
      return [name, name.endsWith('Bytes') && typeof value === 'number' ? formatBytes(value) : value]
    }),
  )
