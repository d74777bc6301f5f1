import {stripVTControlCharacters} from 'node:util'
import {expect, test} from 'vitest'
import {screenOf} from './pty.ts'
import type {RunOptions, RunResult} from './run-cli.ts'

/** A terminal as most have it, and one beside something else, or on a phone. */
export const WIDTHS = [80, 50] as const

/** Words that are as long as that may stand in no line whole. */
const LONG = 12

interface Screen {
  /** What is another one each time, such as an address: what it is, and what stands there instead. */
  readonly steady?: readonly (readonly [RegExp, string])[]
  /** It is printed as it is, such as a script: the terminal breaks its lines anywhere. */
  readonly raw?: boolean
}

/** Ports and temporary folders are as long as others. */
const STEADY: readonly (readonly [RegExp, string])[] = [
  [/(?<=127\.0\.0\.1:)\d{5}/gu, '00000'],
  [/(?<=\/todo5-[a-z-]+-)\w{6}(?!\w)/gu, 'XXXXXX'],
]

/** What a terminal of that width shows of it, data before notes; no word is broken that a line has room for. */
export async function drawn(
  result: RunResult,
  columns: number,
  {steady = [], raw = false}: Screen = {},
): Promise<string> {
  let text = result.stdout + result.stderr
  for (const [pattern, instead] of [...STEADY, ...steady]) text = text.replaceAll(pattern, instead)
  const shown = await screenOf(text, columns)
  expect(raw ? [] : brokenWords(text, shown, columns)).toEqual([])
  return `${shown}\n(exit ${result.code})`
}

/** Tests of what the lines print at both widths, one each. */
export function screens(
  lines: readonly (string | readonly string[])[],
  run: (line: readonly string[], options: RunOptions) => Promise<RunResult>,
  screen: Screen & {readonly options?: RunOptions; readonly env?: Readonly<Record<string, string>>} = {},
): void {
  const cases = lines.flatMap((line) => WIDTHS.map((columns) => ({line, columns})))
  for (const {line, columns} of cases) {
    const words = typeof line === 'string' ? line.split(' ') : line
    const name = typeof line === 'string' ? line : JSON.stringify(line)
    test(`${name} at ${columns} columns`, async () => {
      const result = await run(words, {...screen.options, tty: columns, env: {NO_COLOR: '', ...screen.env}})
      expect(await drawn(result, columns, screen)).toMatchSnapshot()
    })
  }
}

/** Words that the terminal, not todo5, put on two lines. */
function brokenWords(text: string, shown: string, columns: number): string[] {
  const written = stripVTControlCharacters(text).replaceAll(/ +$/gmu, '')
  const rows = shown.split('\n')
  return rows.flatMap((row, index) => {
    const [end = ''] = /\S+$/u.exec(row) ?? []
    const [start = ''] = /^\S+/u.exec(rows[index + 1] ?? '') ?? []
    const word = end + start
    if (end === '' || start === '' || word.length > columns - LONG || WIDE.test(word)) return []
    return written.includes(word) && !written.includes(`${end}\n${start}`) ? [`${end}|${start}`] : []
  })
}

/** Of letters that take two columns any two may stand on two lines. */
const WIDE = /[\u{3000}-\u{9FFF}\u{FF00}-\u{FFEF}]/u
