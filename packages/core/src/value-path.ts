/** A step into a map or a set, whose members have no name: by the place in the order in which they were put in. */
export interface Step {
  readonly into: 'key' | 'value' | 'item'
  /** In the order of insertion. */
  readonly index: number
  /** Of the map's entry. */
  readonly key?: unknown
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
 * What stands for a step in the path of an embedded value: the key if it is text or a number, else the place among the sorted
 * members, for which there is no other name that is the same for equal values.
 */
export function stepPart({ into, key }: Step, place: number): string | number {
  if (into === 'item') return place
  return into === 'value' && (typeof key === 'string' || typeof key === 'number') ? key : `#${place}`
}
