import {describe, expect, test} from 'vitest'
import type {TaskResponse} from '../../contracts/tasks.ts'
import {zoneOf} from '../../domain/dates/zone.ts'
import {type ChatMemory} from './memory.ts'
import {planTurn} from './plan-turn.ts'

/** Friday 20 November 2026, 10:00 in Berlin. */
const CONTEXT = {zone: zoneOf('Europe/Berlin'), now: Date.UTC(2026, 10, 20, 9)}
const task = (id: number, title: string, seriesId: number | null = null) =>
  ({id, title, series_id: seriesId}) as TaskResponse
const OPEN = [task(11, 'Pay rent', 1), task(12, 'Call mom'), task(13, 'Call the dentist'), task(14, 'Tidy up')]
const DONE = [task(5, 'Buy milk'), task(6, 'Post the letter')]

const MEMORY: ChatMemory = {shown: OPEN.slice(0, 3), last: [OPEN[1]!], question: null}
const plan = async (text: string, memory: Partial<ChatMemory> = {}) =>
  planTurn(text, {
    context: CONTEXT,
    memory: {...MEMORY, ...memory},
    tasks: {open: async () => OPEN, done: async () => DONE, wasJustCompleted: async (id) => id === 5},
  })
/** `name {input}` of each call, or what is said. */
const shown = async (text: string, memory?: Partial<ChatMemory>): Promise<string> => {
  const found = await plan(text, memory)
  if (found.kind === 'say') return found.text
  const calls = found.calls.map(({name, input}) => `${name} ${JSON.stringify(input)}`).join('\n')
  return found.say === null ? calls : `${found.say}\n${calls}`
}

test.each([
  ['buy milk #home', 'add_task {"sentence":"buy milk #home"}'],
  ['list', 'list_tasks {"view":"open","limit":20}'],
  ['what is due today', 'list_tasks {"view":"open","due_from":"2026-11-20","due_until":"2026-11-20","limit":20}'],
  ['this week', 'list_tasks {"view":"open","due_from":"2026-11-20","due_until":"2026-11-22","limit":20}'],
  ['what is due by 30 november', 'list_tasks {"view":"open","due_until":"2026-11-30","limit":20}'],
  ['#home', 'list_tasks {"view":"open","tag":"home","limit":20}'],
  ['high priority tasks', 'list_tasks {"view":"open","priority":3,"limit":20}'],
  ['done with the third', 'complete_task {"id":13}'],
  ['done 1', 'complete_task {"id":11}'],
  ['done #14', 'complete_task {"id":14}'],
  ['done', 'complete_task {"id":12}'],
  ['I paid rent', 'complete_task {"id":11}'],
  ['first and third are done', 'complete_task {"id":11}\ncomplete_task {"id":13}'],
  ['done with dentis', '"dentis" was taken for "Call the dentist".\ncomplete_task {"id":13}'],
  ['move it to monday', 'update_task {"id":12,"when":"2026-11-23"}'],
  ['move rent to 1 dec 17:30', 'update_task {"id":11,"when":"2026-12-01 17:30"}'],
  ['skip rent', 'skip_occurrence {"id":11}'],
  ['skip rent until 10 january', 'skip_occurrence {"id":11,"until":"2027-01-10"}'],
  ['snooze 20 minutes', 'snooze_reminder {"id":12,"until":"1200 seconds"}'],
  ['snooze it until tomorrow', 'snooze_reminder {"id":12,"until":"2026-11-21 09:00"}'],
  ['rename it to Call mum', 'update_task {"id":12,"title":"Call mum"}'],
  ['make rent urgent', 'update_task {"id":11,"priority":3}'],
  ['show 3', 'get_task {"id":13}'],
  ['delete it', 'Delete "Call mom"? Say yes or no.\ndelete_task {"id":12}'],
  [
    'delete rent and all following',
    'Delete "Pay rent" and all that follow? Say yes or no.\ndelete_task {"id":11,"scope":"following"}',
  ],
  ['reopen buy milk', 'undo {"task_id":5}'],
  ['undo', 'undo {}'],
  ['preview every second tuesday at 17:00', 'preview_recurrence {"when":"every second tuesday at 17:00"}'],
])('%s', async (text, calls) => {
  expect(await shown(text)).toBe(calls)
})

test.each([
  ['yes', 'There is no question open. Say "help" for examples.'],
  ['done with the fifth', 'The last list has 3 tasks only.'],
  ['done #99', 'There is no such task: #99.'],
  [
    'reopen the letter',
    '"Post the letter" was not done in the last 24 hours, or changed since. Open it again on its page.',
  ],
])('%s is answered without a call', async (text, answer) => {
  expect(await shown(text)).toBe(answer)
})

describe('what is asked', () => {
  const asked = async (text: string, memory?: Partial<ChatMemory>) => {
    const found = await plan(text, memory)
    return found.kind === 'say' ? found.question : null
  }

  test.each([
    ['done with call', ['done #12', 'done #13', 'add done with call']],
    ['call mom friday', ['add call mom 20 nov', 'add call mom 27 nov']],
    ['move it to next week', ['move it to 23 nov', 'move it to 27 nov']],
    ['delete rent', ['delete #11 only this one', 'delete #11 and all following', 'delete the whole series of #11']],
    // With such a verb many a task begins.
    ['cancel mom', ['delete #12', 'add cancel mom']],
    ['complete the form', ['add complete the form']],
    ['skip breakfast', ['add skip breakfast']],
    ['what is love', ['add what is love']],
  ])('%s', async (text, writes) => {
    const question = await asked(text)
    expect(question?.choices.map(({write}) => write)).toEqual(writes)
    // Each answer is a message that is not asked about again.
    for (const [place, write] of writes.entries()) {
      const answer = await plan(`${place + 1}`, {question})
      expect(answer, write).toEqual(await plan(write))
      expect(answer.kind, write).toBe('calls')
    }
  })

  test('for words is answered in words, unless they are a command of their own', async () => {
    const question = await asked('postpone it')
    expect(question).toMatchObject({choices: [], fill: {before: 'postpone it to '}})
    expect(await shown('tomorrow', {question})).toBe('update_task {"id":12,"when":"2026-11-21"}')
    expect(await shown('list', {question})).toBe('list_tasks {"view":"open","limit":20}')
    expect(await shown('never mind', {question})).toBe('All right, nothing was changed.')
    const missing = await asked('add')
    expect(await shown('call mom', {question: missing})).toBe('add_task {"sentence":"call mom"}')
    expect(await shown('help', {question: missing})).toContain('done with the second one')
  })
})
