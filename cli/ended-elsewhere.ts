/** Thrown in place of a result: the command ran elsewhere, printed all that there is to print, and ended so. */
export class EndedElsewhere extends Error {
  override readonly name = 'EndedElsewhere'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`The command ended elsewhere, with exit code ${exitCode}.`)
    this.exitCode = exitCode
  }
}
