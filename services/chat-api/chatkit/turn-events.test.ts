import type {UIMessage, UIMessageChunk} from 'ai'
import {expect, test} from 'vitest'
import {checkChatKitAnswer} from '../../../test/chatkit/published-schema.ts'
import {zoneOf} from '../../domain/dates/zone.ts'
import {createLogger} from '../../runtime/logger.ts'
import type {Event} from './protocol.ts'
import {itemsOf} from './thread-items.ts'
import {turnEvents} from './turn-events.ts'

const AT = '2026-11-20T09:00:00.000Z'
const thread = {id: 'thread', title: 'list', created_at: AT, updated_at: AT}
const zone = zoneOf('Europe/Berlin')
const said: UIMessage = {id: 'said', role: 'user', metadata: {at: AT}, parts: [{type: 'text', text: 'list'}]}

/** What is told of an answer that comes in these chunks; each event as the vendor's server would write it. */
async function told(chunks: readonly UIMessageChunk[]): Promise<{events: Event[]; logged: string[]}> {
  const logged: string[] = []
  const logger = createLogger('test', 'info', {write: (line) => void logged.push(line)})
  const turn = {thread, messages: [said], chunks: ReadableStream.from(chunks)}
  const events: Event[] = []
  for await (const event of turnEvents({turn, before: [], zone, logger})) {
    checkChatKitAnswer('event', event)
    events.push(event)
  }
  return {events, logged}
}

const start: UIMessageChunk = {type: 'start', messageId: 'answer', messageMetadata: {thread: 'thread', at: AT}}
const text = (...deltas: readonly string[]): UIMessageChunk[] => [
  {type: 'text-start', id: 't'},
  ...deltas.map((delta) => ({type: 'text-delta' as const, id: 't', delta})),
  {type: 'text-end', id: 't'},
]
const updates = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'thread.item.updated' ? [event.update] : []))

test('a text is told piece by piece, and no piece of it makes a picture or a link', async () => {
  const {events, logged} = await told([
    start,
    ...text('see !', '[x', '](https://elsewhere.example)\n<b>'),
    {type: 'finish'},
  ])
  const deltas = updates(events).flatMap((update) => ('delta' in update ? [update.delta] : []))
  expect(deltas).toEqual([
    'see !',
    String.raw`\[x`,
    String.raw`\](https://elsewhere.example)` + '  \n' + String.raw`\<b>`,
  ])
  const done = events.at(-1)
  const parts = [{type: 'text', text: 'see ![x](https://elsewhere.example)\n<b>', state: 'done'}] as const
  const kept = itemsOf(thread, [said, {id: 'answer', role: 'assistant', metadata: {at: AT}, parts: [...parts]}], zone)
  expect(done).toEqual({type: 'thread.item.done', item: kept[1]})
  expect(logged).toEqual([])
})

test('what fails is told with a way on, unless something was changed', async () => {
  const failed: UIMessageChunk = {type: 'error', errorText: 'That did not work.'}
  const {events} = await told([start, ...text('Let me see.'), failed, {type: 'finish'}])
  expect(events.at(-1)).toEqual({type: 'error', code: 'custom', message: 'That did not work.', allow_retry: true})
  const call = {toolCallId: 'c', toolName: 'complete_task', input: {id: 1}, dynamic: true} as const
  const {events: changed} = await told([start, {type: 'tool-input-available', ...call}, failed, {type: 'finish'}])
  expect(changed).toContainEqual({type: 'progress_update', text: 'Changing your tasks'})
  expect(changed.at(-1)).toMatchObject({type: 'error', allow_retry: false})
})

test('a stream that breaks ends with an error, and a text that was begun is whole', async () => {
  const {events, logged} = await told([
    start,
    {type: 'text-start', id: 't'},
    {type: 'text-delta', id: 't', delta: 'half'},
    {type: 'text-delta', id: 'of another', delta: 'x'},
  ])
  expect(events.at(-2)).toMatchObject({type: 'thread.item.done', item: {content: [{text: 'half'}]}})
  expect(events.at(-1)).toMatchObject({type: 'error', allow_retry: true})
  expect(logged.join('')).toContain('an answer could not be shown')
})
