import {expect, test} from 'vitest'
import type {TaskListResponse} from '../../services/contracts/tasks.ts'
import {type ValueSources, valueSource} from './value-sources.ts'

const contexts = async () => [
  {name: 'local', api_url: null},
  {name: 'work', api_url: 'https://todo.example/api/v1'},
]
const asking = (api: ValueSources['api'], withinMs?: number) => valueSource({api, contexts}, withinMs)

const listed = {
  tasks: [
    {id: 12, title: 'Pay rent', tags: ['home', 'money']},
    {id: 17, title: 'Water the plants', tags: ['home']},
  ],
  next_cursor: null,
} as unknown as TaskListResponse

test('open tasks, done ones and tags are those of the account', async () => {
  const views: unknown[] = []
  const ask = asking(async () => ({
    list: async ({view}) => {
      views.push(view)
      return listed
    },
  }))
  expect(await ask('open task')).toEqual([
    {value: '12', description: 'Pay rent'},
    {value: '17', description: 'Water the plants'},
  ])
  await ask('done task')
  expect((await ask('tag')).map(({value}) => value)).toEqual(['home', 'money'])
  expect(views).toEqual(['open', 'done', 'open'])
})

test('what is known without a todo5', async () => {
  const ask = asking(async () => await Promise.reject(new Error('not running')))
  expect((await ask('zone')).map(({value}) => value)).toEqual(expect.arrayContaining(['UTC', 'Europe/Berlin']))
  expect((await ask('topic')).map(({value}) => value)).toEqual([
    'task-events',
    'reminders',
    'task-updates',
    'task-events-dlq',
    'reminders-dlq',
    'task-updates-dlq',
  ])
  expect(await ask('context')).toEqual([
    {value: 'local', description: ''},
    {value: 'work', description: 'https://todo.example/api/v1'},
  ])
  expect((await ask('setting')).map(({value}) => value)).toContain('time_zone')
  expect((await ask('consumer')).map(({value}) => value)).toContain('recurring-task-service')
})

test('a todo5 that does not run, or does not answer, has no values', async () => {
  expect(await asking(async () => await Promise.reject(new Error('not running')))('open task')).toEqual([])
  const silent = asking(async () => ({list: async () => await new Promise<never>(() => undefined)}), 20)
  expect(await silent('open task')).toEqual([])
})

test('fields are those of what the command prints', async () => {
  const ask = asking(async () => await Promise.reject(new Error('nothing runs')))
  const fields = (await ask('field', 'task:list')).map(({value}) => value)
  expect(fields).toEqual(expect.arrayContaining(['id', 'title', 'reminders', 'reminders.state']))
  expect(await ask('field', 'no:command')).toEqual([])
})
