/** A step into a map or a set, whose members have no name: by the place in the order in which they were put in. */
export interface Step {
  readonly into: 'key' | 'value' | 'item'
  /** In the order of insertion. */
  readonly index: number
  /** The key that leads to the value of a map's entry. */
  readonly key?: unknown
  /** Whether the map has keys of several types. */
  readonly mixed?: boolean
}

/** The way to a part of a value while it is encoded. */
export type Path = readonly (string | number | Step)[]

/** `$.a[0]` for the path `['a', 0]`; maps and sets read as in code: `$.get("a")`, `$.keys()[0]`, `$.values()[0]`. */
export const formatPath = (path: Path): string => `$${path.map(partText).join('')}`

function partText(part: string | number | Step): string {
  if (typeof part === 'number') return `[${part}]`
  if (typeof part === 'string') return /^[A-Za-z_$][\w$]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`
  const { into, index, key } = part
  if (into === 'key') return `.keys()[${index}]`
  if (into === 'value' && typeof key === 'string') return `.get(${JSON.stringify(key)})`
  if (into === 'value' && typeof key === 'number') return `.get(${key})`
  return `.values()[${index}]`
}

/**
 * What stands for a step in the path of an embedded value: the key where it says all by itself, else the place among the
 * sorted members, which is the same for equal values. {@link itemOfMap} goes back.
 */
export function stepPart({ into, key, mixed }: Step, place: number): string | number {
  if (into === 'item') return place
  if (into === 'key') return `key #${place}`
  const named =
    typeof key === 'string'
      ? !placePattern.test(key) && !(mixed && /^\d+$/.test(key))
      : !mixed && Number.isSafeInteger(key) && (key as number) >= 0
  return named ? (key as string | number) : `#${place}`
}

const placePattern = /^(key )?#(\d+)$/

/**
 * The member of a decoded map that a part of a path names; undefined when there is none. A number is also found as text, as
 * the two look the same where paths are written down.
 */
export function itemOfMap(map: ReadonlyMap<unknown, unknown>, part: string | number): { item: unknown } | undefined {
  if (map.has(part)) return { item: map.get(part) }
  if (typeof part === 'number') return map.has(String(part)) ? { item: map.get(String(part)) } : undefined
  const [, isKey, place] = placePattern.exec(part) ?? []
  if (place === undefined || Number(place) >= map.size) return undefined
  return { item: [...(isKey ? map.keys() : map.values())][Number(place)] }
}
