import type {UIMessage} from 'ai'
import {beforeEach, expect, test, vi} from 'vitest'
import type {ChatSession as Session} from './chat-session.ts'

const THREAD = '0198d0c0-0000-7000-8000-000000000001'
const kept = new Map<string, string>()
vi.stubGlobal('sessionStorage', {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
  removeItem: (name: string) => void kept.delete(name),
})
const {ChatSession} = await import('./chat-session.ts')

type Answer = () => Response | Promise<Response>
interface Sent {
  readonly method: string
  readonly path: string
  readonly body: Record<string, unknown> | undefined
}
let sent: Sent[]
let answers: Answer[]
let history: UIMessage[]

beforeEach(() => {
  kept.clear()
  sent = []
  answers = []
  history = []
  vi.stubGlobal('fetch', async (path: string, {method = 'GET', body}: RequestInit = {}) => {
    sent.push({method, path, body: body === undefined ? undefined : (JSON.parse(body as string) as Sent['body'])})
    if (method === 'GET') return Response.json({id: THREAD, title: 'Named', messages: history})
    return answers.shift()!()
  })
})

const chunk = (value: object): string => `data: ${JSON.stringify(value)}\n\n`
const stream = (...chunks: string[]): Response =>
  new Response(chunks.join(''), {
    headers: {'content-type': 'text/event-stream', location: `/api/chat/threads/${THREAD}`},
  })
const says =
  (text: string, id = 'a1'): Answer =>
  () =>
    stream(
      chunk({type: 'start', messageId: id}),
      chunk({type: 'text-start', id: 't'}),
      chunk({type: 'text-delta', id: 't', delta: text}),
      chunk({type: 'text-end', id: 't'}),
      chunk({type: 'finish'}),
      'data: [DONE]\n\n',
    )
const cutOff: Answer = () => stream(chunk({type: 'start', messageId: 'a2'}))
const refuses =
  (status: number, code: string): Answer =>
  () =>
    new Response(JSON.stringify({code, detail: 'No.'}), {
      status,
      headers: {'content-type': 'application/problem+json'},
    })
const unreachable: Answer = () => {
  throw new TypeError('Failed to fetch')
}

const said = ({state}: Session): string[] =>
  state.chat.messages.map(({role, parts}) => {
    const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
    return `${role}: ${texts.join(' ')}`
  })
const posts = (): (Sent['body'] | undefined)[] => sent.filter(({method}) => method === 'POST').map(({body}) => body)
const user = (id: string, text: string): UIMessage => ({id, role: 'user', parts: [{type: 'text', text}]})
const wantsYes: UIMessage = {
  id: 'a1',
  role: 'assistant',
  parts: [
    {type: 'text', text: 'Delete it?'},
    {
      type: 'dynamic-tool',
      toolName: 'delete_task',
      toolCallId: 'call',
      state: 'approval-requested',
      input: {id: 7},
      approval: {id: 'approval'},
    },
  ],
}

test('only what is new is sent; the thread is that of the first answer; both outlive the page', async () => {
  const session = new ChatSession('ada')
  answers = [says('One.', 'a1'), says('Two.', 'a2')]
  session.setDraft('  first  ')
  await session.send('  first  ')
  await session.send('second')
  expect(said(session)).toEqual(['user: first', 'assistant: One.', 'user: second', 'assistant: Two.'])
  expect(posts()).toMatchObject([
    {message: {role: 'user', parts: [{type: 'text', text: 'first'}]}},
    {id: THREAD, message: {role: 'user', parts: [{type: 'text', text: 'second'}]}},
  ])
  expect(Object.keys(posts()[0]!)).toEqual(['message'])
  expect(session.state).toMatchObject({thread: {id: THREAD, title: 'first'}, draft: '', isBusy: false, problem: null})
  session.setDraft('third')

  history = [user('u', 'from the server')]
  const after = new ChatSession('ada')
  expect(after.state).toMatchObject({draft: 'third', isLoading: true})
  await vi.waitFor(() => expect(after.state.isLoading).toBe(false))
  expect(said(after)).toEqual(['user: from the server'])
  expect(after.state.thread).toEqual({id: THREAD, title: 'Named'})
  expect(new ChatSession('eve').state).toMatchObject({thread: null, draft: ''})
})

test.each([
  ['nobody answers', unreachable, 'again'],
  ['it is refused', refuses(409, 'busy'), 'again'],
  ['the session is gone', refuses(401, 'not_signed_in'), 'sign-in'],
  ['a proxy is there, todo5 is not', refuses(502, 'unknown'), 'again'],
] as const)('%s: the words are in the line again, and can be sent once more', async (_what, answer, way) => {
  const session = new ChatSession('ada')
  answers = [answer, says('Done.')]
  await session.send('do it')
  expect([said(session), session.state.draft, session.state.problem?.way]).toEqual([[], 'do it', way])
  await session.again()
  expect([said(session), session.state.draft, session.state.problem]).toEqual([
    ['user: do it', 'assistant: Done.'],
    '',
    null,
  ])
})

test('cut off: what the server has is shown; only what was not answered at all is said again', async () => {
  const session = new ChatSession('ada')
  answers = [says('Hello.'), cutOff, says('Added.', 'a3')]
  await session.send('help')
  await session.send('add tea')
  expect(session.state.problem).toMatchObject({way: 'again', text: expect.stringContaining('cut off') as string})
  history = [user('u1', 'help'), user('u2', 'add tea')]
  await session.again()
  expect(said(session)).toEqual(['user: help', 'user: add tea', 'user: add tea', 'assistant: Added.'])

  answers = [cutOff]
  await session.send('add milk')
  history = [user('u3', 'add milk'), {id: 'a4', role: 'assistant', parts: [{type: 'text', text: 'Added milk.'}]}]
  const before = posts().length
  await session.again()
  expect(said(session)).toEqual(['user: add milk', 'assistant: Added milk.'])
  expect(posts().length).toBe(before)
})

test('a fault that the server tells of is said in its words', async () => {
  const session = new ChatSession('ada')
  answers = [() => stream(chunk({type: 'start', messageId: 'a'}), chunk({type: 'error', errorText: 'Not now.'}))]
  await session.send('help')
  expect(session.state.problem).toEqual({text: 'Not now.', way: 'again'})
})

test.each([
  ['by a button', async (session: Session) => session.answer(true), true],
  ['in words', async (session: Session) => session.send('yes please'), true],
  ['no, in words', async (session: Session) => session.send('no, keep it'), false],
])('an approval %s goes on with the same message', async (_what, act, approved) => {
  kept.set('todo5-chat', JSON.stringify({userId: 'ada', threadId: THREAD, draft: ''}))
  history = [user('u1', 'delete it'), wantsYes]
  const session = new ChatSession('ada')
  await vi.waitFor(() => expect(session.state.isLoading).toBe(false))
  const outcome = approved
    ? {type: 'tool-output-available', toolCallId: 'call', output: {content: []}, dynamic: true}
    : {type: 'tool-output-denied', toolCallId: 'call'}
  answers = [unreachable, () => stream(chunk({type: 'start', messageId: 'a1'}), chunk(outcome), 'data: [DONE]\n\n')]
  await act(session)
  // Not reached: it can be answered again.
  expect(session.state.chat.messages.at(-1)?.parts.at(-1)).toMatchObject({state: 'approval-requested'})
  await session.again()
  const asked = {id: THREAD, approvals: [{id: 'approval', approved}]}
  expect(posts()).toEqual([asked, asked])
  expect(said(session)).toEqual(['user: delete it', 'assistant: Delete it?'])
  expect(session.state.chat.messages.at(-1)?.parts.at(-1)).toMatchObject({
    state: approved ? 'output-available' : 'output-denied',
  })
})

test('an approval that was answered elsewhere: the conversation is read again', async () => {
  kept.set('todo5-chat', JSON.stringify({userId: 'ada', threadId: THREAD, draft: ''}))
  history = [user('u1', 'delete it'), wantsYes]
  const session = new ChatSession('ada')
  await vi.waitFor(() => expect(session.state.isLoading).toBe(false))
  answers = [refuses(409, 'nothing_to_approve')]
  history = [user('u1', 'delete it'), {...wantsYes, parts: [{type: 'text', text: 'Deleted.'}]}]
  await session.answer(true)
  expect(said(session)).toEqual(['user: delete it', 'assistant: Deleted.'])
  expect(session.state.problem).toMatchObject({way: null})
})

test('stopped: what came stays, and nothing is wrong', async () => {
  const session = new ChatSession('ada')
  let signal: AbortSignal | null | undefined
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit = {}) => {
    signal = init.signal
    return new Promise<Response>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal?.reason as Error))
    })
  })
  const turn = session.send('help')
  await vi.waitFor(() => expect(signal).toBeDefined())
  expect(session.state.isBusy).toBe(true)
  await session.stop()
  await turn
  expect(signal?.aborted).toBe(true)
  expect([said(session), session.state.isBusy, session.state.problem]).toEqual([['user: help'], false, null])
})
