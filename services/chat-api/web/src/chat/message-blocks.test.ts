import type {UIMessage} from 'ai'
import {describe, expect, test} from 'vitest'
import {blocksOf, isAnswer, spokenText, waitingIn} from './message-blocks.ts'
import {saidTasks} from './said-tasks.ts'

type Part = UIMessage['parts'][number]

const task = (id: number, title: string, version = 1) => ({id, title, version, deleted_at: null})
const text = (words: string): Part => ({type: 'text', text: words})
const tool = (toolName: string, structuredContent: object, said = ''): Part => ({
  type: 'dynamic-tool',
  toolName,
  toolCallId: toolName,
  state: 'output-available',
  input: {},
  output: {content: [{type: 'text', text: said}], structuredContent},
})
const waits = (id: string): Part => ({
  type: 'dynamic-tool',
  toolName: 'delete_task',
  toolCallId: id,
  state: 'approval-requested',
  input: {id: 7, scope: 'all'},
  approval: {id},
})
const asks = (data: unknown): Part => ({type: 'data-question', data})
const message = (...parts: Part[]): UIMessage => ({id: 'm', role: 'assistant', parts})
const ended = {isRunning: false, isLast: true}
const blocks = (...parts: Part[]) => blocksOf(message(...parts), ended)

describe('what a message shows', () => {
  test('a list: its head as text, its tasks as cards with their places', () => {
    const tasks = [task(3, 'Pay "rent"'), task(4, 'Call mum')]
    const said = '2 tasks:\n1. "Pay \\"rent\\"" #3: no due date\n2. "Call mum" #4: overdue\nThere are more.'
    expect(blocks(tool('list_tasks', {tasks, next_cursor: null}), text(said))).toEqual([
      {kind: 'text', text: '2 tasks:\nThere are more.'},
      {
        kind: 'cards',
        cards: [
          {verb: '', task: tasks[0], place: 1},
          {verb: '', task: tasks[1], place: 2},
        ],
      },
    ])
  })

  test('an added task: what its card says is not said twice, remarks stay', () => {
    const added = task(5, 'gym')
    const said = 'Added task 5 "gym": every day.\nThen: Mon, Tue.\nReminder: Mon.\nThe 31st is skipped in short months.'
    expect(blocks(tool('add_task', {task: added, remarks: []}), text(said))).toEqual([
      {kind: 'text', text: 'The 31st is skipped in short months.'},
      {kind: 'cards', cards: [{verb: 'Added', task: added}]},
    ])
  })

  test('done, skipped and undone: each task under what became of it', () => {
    const cards = (part: Part) => {
      const [block] = blocks(part)
      return block?.kind === 'cards' ? block.cards.map(({verb, task: {id}}) => [verb, id]) : block
    }
    const [one, two] = [task(1, 'a'), task(2, 'a')]
    expect(cards(tool('complete_task', {completed: one, next: two, next_pending: false}))).toEqual([
      ['Done', 1],
      ['Next', 2],
    ])
    expect(cards(tool('skip_occurrence', {skipped: [one], next: null}))).toEqual([['Skipped', 1]])
    expect(cards(tool('undo', {undone: {}, tasks: [two], removed_task_ids: []}))).toEqual([['Undone', 2]])
  })

  test('the dates of a rule stand for the text that has them', () => {
    const preview = {rule: 'FREQ=DAILY', words: 'every day', occurrences: ['2026-11-22T08:00:00Z'], notes: []}
    const said = 'every day, in UTC:\n- Sun 22 Nov 2026 08:00\nand so on.'
    expect(blocks(tool('preview_recurrence', preview, said), text(said))).toEqual([{kind: 'dates', preview}])
  })

  test('what waits for a yes is one question, also of several tasks', () => {
    expect(blocks(text('Delete both?'), waits('a'), waits('b'))).toEqual([
      {kind: 'text', text: 'Delete both?'},
      {
        kind: 'approval',
        asked: ['a', 'b'].map((approvalId) => ({approvalId, tool: 'delete_task', input: {id: 7, scope: 'all'}})),
      },
    ])
    expect(waitingIn(message(waits('a'), waits('b')))).toEqual(['a', 'b'])
  })

  test('choices are buttons as long as they can be pressed, and lines of the text later', () => {
    const choices = [
      {write: 'done #3', means: 'Pay rent'},
      {write: 'help', means: 'help'},
    ]
    const parts = [text('Which?\n1. Pay rent – "done #3"\n2. help'), asks({text: 'Which?', choices, fill: null})]
    expect(blocks(...parts)).toEqual([
      {kind: 'text', text: 'Which?'},
      {kind: 'question', question: {text: 'Which?', choices, fill: null}},
    ])
    expect(blocksOf(message(...parts), {isRunning: false, isLast: false})).toEqual([
      {kind: 'text', text: 'Which?\n1. Pay rent – "done #3"\n2. help'},
    ])
  })

  test.each([
    ['data of another kind without words', {type: 'data-odd', data: {html: '<b>'}}, []],
    ['data without anything', {type: 'data-odd', data: null}, []],
    [
      'data with words',
      {type: 'data-notice', data: {text: 'Another model.'}},
      [{kind: 'note', text: 'Another model.'}],
    ],
    ['a question of another shape', asks({text: 3}), []],
    ['a tool that is not known', tool('order_pizza', {price: 3}), []],
    ['a task of another shape', tool('add_task', {task: {id: 'seven'}}), []],
    ['a part that is not known', {type: 'source-url', sourceId: 'a', url: 'http://a.b'}, []],
  ] as unknown as [string, Part, unknown[]][])('%s', (_what, part, expected) => {
    expect(blocks(part)).toEqual(expected)
  })

  test('a call that was cut off says so, unless it may still come', () => {
    const begun: Part = {type: 'dynamic-tool', toolName: 'undo', toolCallId: 'a', state: 'input-available', input: {}}
    expect(blocks(begun)).toEqual([{kind: 'note', text: 'This was cut off.'}])
    expect(blocksOf(message(begun), {isRunning: true, isLast: true})).toEqual([])
    expect([isAnswer(message(begun)), isAnswer(message()), isAnswer(undefined)]).toEqual([true, false, false])
    expect(spokenText(message(text('a'), begun, text('b')))).toBe('a\nb')
  })
})

test('of each task the newest that was said; the last 25 are shown as they are now', () => {
  const at = '2026-11-22T08:00:00.000Z'
  const many = Array.from({length: 30}, (_none, index) => task(index, 'x'))
  const said = saidTasks([
    {...message(tool('list_tasks', {tasks: many})), metadata: {at}},
    {...message(tool('get_task', {task: task(0, 'new', 2)}), tool('get_task', {task: task(0, 'old', 1)}))},
  ])
  expect(said.get(0)).toMatchObject({task: {title: 'new'}, isRecent: true})
  expect(said.get(29)).toMatchObject({at: Date.parse(at), isRecent: true})
  expect([...said.values()].filter(({isRecent}) => !isRecent).map(({task: {id}}) => id)).toEqual([1, 2, 3, 4, 5])
})
