import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {packagePath} from '../../../services/package-root.ts'
import {pitfallProblems, readPitfalls} from './pitfalls.ts'

const PAGE = `# Testing

## Pitfalls

| | what goes wrong | file | test |
|---|---|---|---|
| 1 | events are lost | \`test/a.stack.ts\` | no event is lost |
| 1 | events are lost | \`services/b.test.ts\` | no event is lost, either |
| 2 | it listens | \`test/a.stack.ts\` | it does not |

## The gate
`

test('the page names a test for each of the fourteen pitfalls', async () => {
  const pitfalls = readPitfalls(await readFile(packagePath('docs', 'testing.md'), 'utf8'))
  const numbers = new Set(pitfalls.map(({number}) => number))
  for (let number = 1; number <= 14; number++) expect([number, numbers.has(number)]).toEqual([number, true])
})

test('a promised test that did not run, or did not pass, is told; those of another suite are not', () => {
  const pitfalls = readPitfalls(PAGE)
  const lost = {file: 'test/a.stack.ts', title: 'no event is lost', passed: true}
  const listens = {file: 'test/a.stack.ts', title: 'it does not', passed: true}
  const stack = (...ran: (typeof lost)[]) => pitfallProblems(pitfalls, {ending: '.stack.ts', ran})
  expect(stack(lost, listens)).toEqual([])
  expect(stack(lost, {...listens, file: 'test/other.stack.ts'})).toEqual([
    'pitfall 2: "it does not" of test/a.stack.ts did not run',
  ])
  expect(stack(lost, {...listens, passed: false})).toEqual(['pitfall 2: "it does not" of test/a.stack.ts did not pass'])
  expect(pitfallProblems(pitfalls, {ending: '.test.ts', ran: []})).toEqual([
    'pitfall 1: "no event is lost, either" of services/b.test.ts did not run',
  ])
})

test('a page without the table, and a row without a test, are errors', () => {
  expect(() => readPitfalls('# Testing\n')).toThrow('no section')
  expect(() => readPitfalls('## Pitfalls\n\n| 1 | events are lost | | |\n')).toThrow('names no test')
})
