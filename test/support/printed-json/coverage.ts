/**
 * Commands that tests run with --json on the real stack alone (`npm run test:stack`), and why; every other one is run so by
 * `npm test`.
 */
export const ON_THE_STACK: Readonly<Record<string, string>> = {}

export interface JsonRun {
  /** `.test.ts` or `.stack.ts` */
  readonly ending: string
  /** All commands but those for shells. */
  readonly commands: readonly string[]
  /** Those that were run with --json, and did not fail. */
  readonly ran: ReadonlySet<string>
}

/** What is wrong after a run of all tests with this ending. */
export function missingRuns({ending, commands, ran}: JsonRun): string[] {
  const strange = Object.keys(ON_THE_STACK)
    .filter((id) => !commands.includes(id))
    .map((id) => `${nameOf(id)} is no command; take it out of ON_THE_STACK in test/support/printed-json/coverage.ts`)
  const wanted = commands.filter((id) => id in ON_THE_STACK === (ending === '.stack.ts'))
  return [
    ...strange,
    ...wanted
      .filter((id) => !ran.has(id))
      .map(
        (id) => `no test runs ${nameOf(id)} --json to its end; a golden test does it through cli/testing/run-cli.ts`,
      ),
  ]
}

const nameOf = (id: string): string => `todo5 ${id.replaceAll(':', ' ')}`
