import {expect, test} from 'vitest'
import {missingRuns, ON_THE_STACK} from './coverage.ts'

test('a command that no test runs with --json is named, in the run that it belongs to', () => {
  const [stacked = 'up'] = Object.keys(ON_THE_STACK)
  const commands = ['task:list', 'today', ...Object.keys(ON_THE_STACK)]
  expect(missingRuns({ending: '.test.ts', commands, ran: new Set(['today'])})).toEqual([
    'no test runs todo5 task list --json to its end; a golden test does it through cli/testing/run-cli.ts',
  ])
  expect(missingRuns({ending: '.test.ts', commands, ran: new Set(['today', 'task:list'])})).toEqual([])
  const others = new Set(Object.keys(ON_THE_STACK).filter((id) => id !== stacked))
  expect(missingRuns({ending: '.stack.ts', commands, ran: others})).toHaveLength(stacked in ON_THE_STACK ? 1 : 0)
})
