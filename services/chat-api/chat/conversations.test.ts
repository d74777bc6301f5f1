import {randomUUID} from 'node:crypto'
import type {UIMessage} from 'ai'
import {describe, expect, test} from 'vitest'
import type {ConversationStore} from '../../ports/conversation-store.ts'
import {MemoryConversationStore} from '../../ports/testing/memory-conversation-store.ts'
import {Conversations} from './conversations.ts'

const ME = randomUUID()
const say = (text: string, id: string = randomUUID()): UIMessage => ({id, role: 'user', parts: [{type: 'text', text}]})

function start() {
  const store = new MemoryConversationStore()
  return {store, conversations: new Conversations(store)}
}
const textsOf = async (conversations: Conversations, id: string) =>
  (await conversations.read(ME, id)).messages.map(({parts}) => (parts[0] as {text: string}).text)

describe('messages', () => {
  test('are read in the order in which they were put, over as many keys as they need', async () => {
    const {store, conversations} = start()
    const {id} = await conversations.begin(ME, 'a talk')
    const texts = Array.from({length: 50}, (_, index) => `message ${index}`)
    for (const text of texts) await conversations.put(ME, id, say(text))
    expect(await textsOf(conversations, id)).toEqual(texts)
    const chunks = [...store.values.keys()].filter((key) => key.includes(id))
    expect(chunks.length).toBeGreaterThanOrEqual(3)
    for (const key of store.values.keys()) expect(key.startsWith(`chat/${ME}/`)).toBe(true)
  })

  test('of several writers at once are all there, once', async () => {
    const {conversations} = start()
    const {id} = await conversations.begin(ME, 'a talk')
    const texts = Array.from({length: 40}, (_, index) => `message ${index}`)
    // Two tabs, and a third that writes each message a second time.
    await Promise.all(
      [0, 1, 0].map(async (first) => {
        for (const [place, text] of texts.entries())
          if (place % 2 === first) await conversations.put(ME, id, say(text, `id ${place}`))
      }),
    )
    expect((await textsOf(conversations, id)).toSorted()).toEqual(texts.toSorted())
  })

  test('with an id that is there take its place', async () => {
    const {conversations} = start()
    const {id} = await conversations.begin(ME, 'a talk')
    await conversations.put(ME, id, say('first'))
    await conversations.put(ME, id, say('half', 'same'))
    await conversations.put(ME, id, say('whole', 'same'))
    expect(await textsOf(conversations, id)).toEqual(['first', 'whole'])
  })

  test('that PostgreSQL could not keep are made fit', async () => {
    const {conversations} = start()
    const {id} = await conversations.begin(ME, 'a talk')
    await conversations.put(ME, id, say('nul \0 and \uD800 alone'))
    expect(await textsOf(conversations, id)).toEqual(['nul  and \uFFFD alone'])
  })

  test('of which a killed process wrote only the chunk are read and written on', async () => {
    const {store, conversations} = start()
    const {id} = await conversations.begin(ME, 'a talk')
    for (let count = 0; count < 16; count++) await conversations.put(ME, id, say(`message ${count}`))
    const index = await store.get(`chat/${ME}/threads`)
    await conversations.put(ME, id, say('in a new chunk'))
    // As if the list of threads had not been written any more.
    await store.save(`chat/${ME}/threads`, index!.value, (await store.get(`chat/${ME}/threads`))!.etag)
    expect((await textsOf(conversations, id)).at(-1)).toBe('in a new chunk')
    await conversations.put(ME, id, say('and on'))
    expect((await textsOf(conversations, id)).slice(-2)).toEqual(['in a new chunk', 'and on'])
    await conversations.remove(ME, id)
    expect([...store.values.keys()]).toEqual([`chat/${ME}/threads`])
  })

  test('of the end are changed by one of two', async () => {
    const {conversations} = start()
    const {id} = await conversations.begin(ME, 'a talk')
    await conversations.put(ME, id, say('asked'))
    const answer = (text: string) => async () =>
      conversations.changeLast(ME, id, (message) =>
        (message.parts[0] as {text: string}).text === 'asked' ? {...message, parts: [{type: 'text', text}]} : null,
      )
    const answers = await Promise.all([answer('yes')(), answer('no')()])
    expect(answers.filter((one) => one !== null)).toHaveLength(1)
  })
})

describe('threads', () => {
  test('are listed, renamed and removed, and are nobody else’s', async () => {
    const {store, conversations} = start()
    const one = await conversations.begin(ME, 'one')
    const two = await conversations.begin(ME, 'two')
    await conversations.put(ME, one.id, say('later'))
    expect((await conversations.list(ME)).map(({title}) => title).toSorted()).toEqual(['one', 'two'])
    expect(await conversations.rename(ME, two.id, 'renamed')).toMatchObject({id: two.id, title: 'renamed'})
    const other = randomUUID()
    for (const attempt of [
      async () => conversations.read(other, one.id),
      async () => conversations.put(other, one.id, say('x')),
      async () => conversations.rename(other, one.id, 'x'),
      async () => conversations.read(ME, `../${other}/threads`),
    ])
      await expect(attempt()).rejects.toMatchObject({code: 'thread_not_found'})
    await conversations.remove(other, one.id)
    await conversations.remove(ME, one.id)
    expect(await conversations.list(ME)).toMatchObject([{title: 'renamed'}])
    expect([...store.values.keys()].filter((key) => key.includes(one.id))).toEqual([])
    await expect(conversations.put(ME, one.id, say('too late'))).rejects.toMatchObject({code: 'thread_not_found'})
  })

  test('begun at once are all listed', async () => {
    const {conversations} = start()
    await Promise.all(Array.from({length: 10}, async (_, index) => conversations.begin(ME, `thread ${index}`)))
    expect(await conversations.list(ME)).toHaveLength(10)
  })

  test('whose removal was cut off are gone at the next look', async () => {
    const {store, conversations} = start()
    const {id} = await conversations.begin(ME, 'a talk')
    await conversations.put(ME, id, say('something'))
    const cut: ConversationStore = {
      get: async (key) => store.get(key),
      save: async (key, value, etag) => store.save(key, value, etag),
      delete: async () => {
        throw new Error('killed')
      },
    }
    await expect(new Conversations(cut).remove(ME, id)).rejects.toThrow('killed')
    await expect(conversations.read(ME, id)).rejects.toMatchObject({code: 'thread_not_found'})
    expect(await conversations.list(ME)).toEqual([])
    expect([...store.values.keys()]).toEqual([`chat/${ME}/threads`])
  })

  test('of an erased account leave nothing', async () => {
    const {store, conversations} = start()
    for (const title of ['one', 'two']) {
      const {id} = await conversations.begin(ME, title)
      await conversations.put(ME, id, say(title))
    }
    expect(await conversations.erase(ME)).toBe(2)
    expect(await conversations.erase(ME)).toBe(0)
    expect(store.values.size).toBe(0)
  })
})
