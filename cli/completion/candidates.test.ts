import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Command} from '@oclif/core/command'
import {expect, test} from 'vitest'
import {describe} from '../command-catalogue.ts'
import {type AskValues, complete} from './candidates.ts'

const {commands} = JSON.parse(readFileSync(join(import.meta.dirname, '../../oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, Command.Loadable>
}
const asked: string[] = []
const ask: AskValues = async (kind, command) => {
  asked.push(kind)
  if (kind === 'open task') {
    return [
      {value: '12', description: 'Pay rent'},
      {value: '17', description: 'Water the plants'},
    ]
  }
  if (kind === 'done task') return [{value: '3', description: 'Call Ana'}]
  if (kind === 'tag') return [{value: 'home', description: ''}]
  if (kind === 'field' && command === 'task:show')
    return ['id', 'title', 'series', 'series.rule', 'series.statistics'].map((value) => ({value, description: ''}))
  return []
}
const at = async (...words: string[]) =>
  await complete(words, Object.values(commands), (command) => describe(command, ''), ask)
const values = async (...words: string[]) => (await at(...words)).candidates.map(({value}) => value)

test('commands and topics, one level at a time, without those that are hidden', async () => {
  expect(await values('ta')).toEqual(['task'])
  expect(await values('d')).toEqual(expect.arrayContaining(['dlq', 'doctor', 'done', 'down']))
  expect(await values('task', 'sk')).toEqual(['skip'])
  expect(await at('task', 'hi')).toEqual({
    candidates: [{value: 'history', description: commands['task:history']!.summary}],
    files: false,
  })
  expect(await values('')).not.toContain('__complete')
  expect(await values('nothing', '')).toEqual([])
  expect(await values('--h')).toEqual(['--help'])
  expect(await values()).toContain('task')
})

test('tasks by id and by a part of the title, those that stand there already left out', async () => {
  expect(await values('task', 'done', '')).toEqual(['12', '17'])
  expect(await values('done', 'PLANTS')).toEqual(['17'])
  expect(await values('done', '1')).toEqual(['12', '17'])
  expect(await values('done', '12', '')).toEqual(['17'])
  expect(await values('task', 'reopen', '')).toEqual(['3'])
  expect(await values('task', 'snooze', '')).toEqual(['12', '17'])
})

test('flags that are left, and what follows them', async () => {
  expect(await values('task', 'done', '12', '--dry')).toEqual(['--dry-run'])
  expect(await values('task', 'done', '-n', '12', '--d')).toEqual([])
  expect(await values('task', 'add', 'x', '--tag', 'home', '--ta')).toEqual(['--tag'])
  expect(await values('task', 'add', 'x', '--priority', '')).toEqual(['none', 'low', 'medium', 'high'])
  expect(await values('task', 'add', 'x', '--priority=m')).toEqual(['--priority=medium'])
  expect(await values('task', 'add', 'x', '--tag', 'h')).toEqual(['home'])
  expect(await values('task', 'add', 'x', '--due', '')).toEqual([])
  expect(await values('audit', '--task', '')).toEqual(['12', '17'])
  expect(await values('task', 'done', '--nothing=')).toEqual([])
})

test('bash parts --flag=value at the sign', async () => {
  expect(await values('task', 'add', 'x', '--priority', '=')).toEqual(['none', 'low', 'medium', 'high'])
  expect(await values('task', 'add', 'x', '--priority', '=', 'hi')).toEqual(['high'])
})

test('arguments: their choices, none after the last, and names of files', async () => {
  expect(await values('up', '')).toEqual(['local', 'host', 'minikube'])
  expect(await values('up', 'host', '')).toEqual([])
  expect(await values('task', 'list', 'over')).toEqual(['overdue'])
  expect(await at('dapr', 'lint', '')).toEqual({candidates: [], files: true})
  expect(await at('topic', 'list', '--tls-ca', '')).toEqual({candidates: [], files: true})
})

test('after -- nothing is a flag', async () => {
  expect(await values('done', '--', '-')).toEqual([])
  expect(await values('done', '--', '')).toEqual(['12', '17'])
})

test('nothing is asked of a todo5 for what is known without it', async () => {
  asked.length = 0
  await at('task', '')
  await at('task', 'done', '--')
  await at('up', '')
  expect(asked).toEqual([])
})

test('fields of the command, one after the other, and those inside one when its dot is typed', async () => {
  expect(await values('task', 'show', '12', '--fields', '')).toEqual(['id', 'title', 'series'])
  expect(await values('task', 'show', '12', '--fields', 'id,')).toEqual(['id,title', 'id,series'])
  expect(await values('task', 'show', '12', '--fields=id,series.')).toEqual([
    '--fields=id,series.rule',
    '--fields=id,series.statistics',
  ])
  expect(await values('task', 'show', '12', '--fields', 'id,ti')).toEqual(['id,title'])
})
