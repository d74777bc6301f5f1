/** The publisher cannot be reached, or does not give it out: another way may do. Never a wrong checksum. */
export class ReleaseUnavailable extends Error {
  override readonly name = 'ReleaseUnavailable'
  /** The publisher answered that it does not have this file. */
  readonly gone: boolean

  constructor(message: string, {gone = false, cause}: {gone?: boolean; cause?: unknown} = {}) {
    super(message, {cause})
    this.gone = gone
  }
}
