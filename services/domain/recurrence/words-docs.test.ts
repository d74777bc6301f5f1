import {readFile} from 'node:fs/promises'
import {expect, it} from 'vitest'
import {formatRule} from './canonical.ts'
import {toUtcRule} from './local-rule.ts'
import {parseWords} from './words.ts'

const page = await readFile(new URL('../../../docs/recurrence.md', import.meta.url), 'utf8')

/** The rows of the tables of one section: their cells without back quotes. */
function rowsOf(heading: string): string[][] {
  const [, after = ''] = page.split(`\n## ${heading}\n`)
  const [section = ''] = after.split('\n## ')
  return section
    .split('\n')
    .filter((line) => /^ *\| `/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

const quoted = (cell = ''): string => /^`([^`]*)`/.exec(cell)?.[1] ?? ''

const inWords = rowsOf('Patterns in words').map(([pattern, rule]) => [quoted(pattern), quoted(rule)] as const)

it.each(inWords.filter(([, rule]) => rule.startsWith('FREQ=')))(
  'the docs say truly that "%s" is %s',
  (pattern, rule) => {
    expect(formatRule(parseWords(pattern))).toBe(rule)
  },
)

it.each(inWords.filter(([, rule]) => !rule.startsWith('FREQ=')))(
  'the docs say truly that "%s" is refused',
  (pattern) => {
    expect(() => parseWords(pattern)).toThrow(/./)
  },
)

it.each(rowsOf('Local time').map(([local, utc]) => [quoted(local), quoted(utc)] as const))(
  'the docs say truly that "%s" in Sydney has %s in UTC',
  (local, utc) => {
    const {rule} = toUtcRule({rule: parseWords(local), zone: 'Australia/Sydney', start: Date.UTC(2026, 10, 20, 12)})
    expect(formatRule({...rule, byMinute: [], bySecond: []}).replace(';BYHOUR=20', '')).toContain(utc)
  },
)

it('the docs have their tables', () => {
  expect(inWords.length).toBeGreaterThan(30)
  expect(rowsOf('Local time')).toHaveLength(6)
})
