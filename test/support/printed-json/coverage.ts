/** Commands that `npm test` does not run with --json to their end: where tests do, and why there. */
export const RUN_ELSEWHERE: Readonly<Record<string, {readonly ending: string; readonly why: string}>> = {
  'image:build': {ending: '.cluster.ts', why: 'it wants todo5 to be built, and Docker'},
}

export interface JsonRun {
  /** Of the files of tests that were run: `.test.ts`, `.stack.ts` or `.cluster.ts`. */
  readonly ending: string
  /** All commands but those for shells. */
  readonly commands: readonly string[]
  /** Those that were run with --json, and did not fail. */
  readonly ran: ReadonlySet<string>
}

/** What is wrong after a run of all tests with this ending. */
export function missingRuns({ending, commands, ran}: JsonRun): string[] {
  const strange = Object.keys(RUN_ELSEWHERE)
    .filter((id) => !commands.includes(id))
    .map((id) => `${nameOf(id)} is no command; take it out of RUN_ELSEWHERE in test/support/printed-json/coverage.ts`)
  const missing = commands
    .filter((id) => (RUN_ELSEWHERE[id]?.ending ?? '.test.ts') === ending && !ran.has(id))
    .map((id) => `no test runs ${nameOf(id)} --json to its end; a golden test does it through cli/testing/run-cli.ts`)
  return [...strange, ...missing]
}

const nameOf = (id: string): string => `todo5 ${id.replaceAll(':', ' ')}`
