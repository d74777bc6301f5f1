/** A line of the table in docs/testing.md: what goes wrong unless one knows it, and a test that shows what todo5 does. */
export interface Pitfall {
  readonly number: number
  /** Of the test, from the root of the repository, with slashes. */
  readonly file: string
  readonly title: string
}

export interface RanTest {
  readonly file: string
  readonly title: string
  readonly passed: boolean
}

const HEADING = '## Pitfalls'
const ROW = /^\| (\d+) \| .+ \| `([^`]+\.(?:test|stack)\.ts)` \| (.+) \|$/u

/** @throws Error about a table that is not there, and about a row that cannot be read */
export function readPitfalls(page: string): Pitfall[] {
  const section = page.split(/^(?=## )/mu).find((part) => part.startsWith(`${HEADING}\n`))
  if (section === undefined) throw new Error(`docs/testing.md has no section "${HEADING}"`)
  const rows = section.split('\n').filter((line) => /^\| \d/u.test(line))
  return rows.map((row) => {
    const [, number, file, title] = ROW.exec(row) ?? []
    if (title === undefined) throw new Error(`docs/testing.md: this row names no test: ${row}`)
    return {number: Number(number), file: file!, title}
  })
}

/** What is wrong with the part of the table whose tests are in files with this ending, after a run of all of those. */
export function pitfallProblems(
  pitfalls: readonly Pitfall[],
  {ending, ran}: {ending: string; ran: readonly RanTest[]},
): string[] {
  return pitfalls
    .filter(({file}) => file.endsWith(ending))
    .flatMap(({number, file, title}) => {
      const found = ran.filter((test) => test.file === file && test.title === title)
      if (found.length > 0 && found.every(({passed}) => passed)) return []
      return [`pitfall ${number}: "${title}" of ${file} ${found.length === 0 ? 'did not run' : 'did not pass'}`]
    })
}
