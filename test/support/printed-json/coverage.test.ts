import {expect, test} from 'vitest'
import {missingRuns} from './coverage.ts'

const missing = (ending: string, ...ran: string[]): string[] =>
  missingRuns({ending, commands: ['task:list', 'today', 'image:build'], ran: new Set(ran)})

test('a command that no test runs with --json is named, in the run that it belongs to', () => {
  expect(missing('.test.ts', 'today')).toEqual([
    'no test runs todo5 task list --json to its end; a golden test does it through cli/testing/run-cli.ts',
  ])
  expect(missing('.test.ts', 'today', 'task:list')).toEqual([])
  expect(missing('.stack.ts')).toEqual([])
  expect(missing('.cluster.ts')).toEqual([expect.stringContaining('todo5 image build')])
  expect(missing('.cluster.ts', 'image:build')).toEqual([])
})

test('an exception for what is no command is named, too', () => {
  expect(missingRuns({ending: '.test.ts', commands: ['today'], ran: new Set(['today'])})).toEqual([
    expect.stringContaining('todo5 image build is no command'),
  ])
})
