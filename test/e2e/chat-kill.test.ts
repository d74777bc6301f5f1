import {readFile} from 'node:fs/promises'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {processStart} from '../../services/local/process-start.ts'
import {ChatClient} from '../support/chat-client.ts'
import {eventually} from '../support/eventually.ts'
import {LocalTarget} from '../support/local-target.ts'
import {type ModelServer, startModelServer} from '../support/model-server.ts'

/* kill -9 of todo5 while it answers: a tool has run, and the language model still thinks about what to say. */

const KEY = 'sk-planted-key-of-a-model-9876543210'
let server: ModelServer
let target: LocalTarget
beforeAll(async () => {
  server = await startModelServer()
  target = await LocalTarget.create()
})
afterAll(async () => {
  await target.dispose()
  await server.stop()
})

async function up(): Promise<void> {
  const env = {TODO5_MODEL_URL: server.url, TODO5_MODEL_NAME: 'qwen3:4b', TODO5_MODEL_KEY: KEY}
  const {code, stdout, stderr} = await target.start(['up', '--json'], {...env, TODO5_MODEL_TIMEOUT: '600'}).ended
  expect(code, `${stdout}${stderr}`).toBe(0)
  expect(`${stdout}${stderr}`).not.toContain(KEY)
}
const client = async (): Promise<ChatClient> => {
  const {api_url: apiUrl} = await target.state()
  return new ChatClient(apiUrl!, {'x-api-key': await target.apiKey()})
}
const titles = async (): Promise<string[]> => {
  const {tasks} = (await target.call('GET', '/tasks?view=all&limit=100')) as {tasks: {title: string}[]}
  return tasks.map(({title}) => title)
}
const messagesOf = async (thread: string): Promise<{role: string; parts: {type: string; state?: string}[]}[]> => {
  const {api_url: apiUrl} = await target.state()
  const answer = await fetch(`${new URL(apiUrl!).origin}/api/chat/threads/${thread}`, {
    headers: {'x-api-key': await target.apiKey()},
  })
  return ((await answer.json()) as {messages: {role: string; parts: {type: string; state?: string}[]}[]}).messages
}

test('a killed todo5 has kept what was said and done, once, and goes on', {timeout: 600_000}, async () => {
  await up()
  const status = await target.todo5('status')
  expect(status.stdout).toContain(`qwen3:4b at ${new URL(server.url).host}`)
  expect(status.stdout).not.toContain(KEY)
  const before = await target.state()
  const commandLine = await readFile(`/proc/${before.pid}/cmdline`, 'utf8').catch(() => '')
  const environment = await readFile(`/proc/${before.pid}/environ`, 'utf8').catch(() => '')
  expect(`${commandLine}${environment}`).not.toContain(KEY)

  server.answer = (_question, number) =>
    number === 0
      ? {say: 'I add it.', calls: [{name: 'add_task', args: {title: 'buy milk'}, id: 'call_0'}]}
      : number === 1
        ? 'silence'
        : {say: 'It is on your list.'}
  const chat = await client()
  const broken = chat.say('add buy milk').then(
    () => 'answered',
    () => 'broken off',
  )
  await eventually('the tool has run, and the model is asked again', () => server.questions.length === 2, 300_000)
  const {threads} = (await target.call('GET', '/../chat/threads')) as {threads: {id: string}[]}
  const thread = threads[0]!.id
  await eventually('the step is kept', async () => (await messagesOf(thread)).length === 2, 300_000)
  process.kill(before.pid, 'SIGKILL')
  await eventually('it is gone', async () => (await processStart(before.pid)) === undefined)
  await broken

  await up()
  const kept = await messagesOf(thread)
  expect(kept.map(({role}) => role)).toEqual(['user', 'assistant'])
  expect(kept[1]!.parts.find(({type}) => type === 'dynamic-tool')).toMatchObject({
    toolName: 'add_task',
    state: 'output-available',
  })
  expect(await titles()).toEqual(['buy milk'])
  const again = await client()
  again.thread = thread
  expect((await again.say('is it there?')).text).toBe('It is on your list.')
  const {messages} = server.questions.at(-1)!.body
  expect(messages.map(({role}) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'user'])
  expect(await titles()).toEqual(['buy milk'])
  expect(await messagesOf(thread)).toHaveLength(4)
})
