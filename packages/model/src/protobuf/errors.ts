/** Why bytes are not the message that was wanted. */
export class WireError extends Error {
  /** The byte at which it was noticed. */
  readonly at: number

  constructor(why: string, at: number) {
    super(`${why} at byte ${at}`)
    this.name = 'WireError'
    this.at = at
  }
}

/** More of something than the reader was told to take. */
export class WireLimitError extends Error {
  readonly what: string
  readonly found: number
  readonly limit: number

  constructor(what: string, found: number, limit: number) {
    super(`${found} ${what}`)
    this.name = 'WireLimitError'
    this.what = what
    this.found = found
    this.limit = limit
  }
}
