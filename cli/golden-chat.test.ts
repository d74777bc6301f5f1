import {describe, expect, test} from 'vitest'
import {answer, asksForYes, calls, gives, says, THREAD} from './testing/fake-chat.ts'
import {type RunOptions, runCli, transcript} from './testing/run-cli.ts'
import {SOME_TASKS, useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi(...SOME_TASKS)
const {run} = cli
const chat = async (words: readonly string[], options: RunOptions = {}): Promise<string> =>
  transcript(await run(['chat', ...words], options))
const line = (text: string) => ({kind: 'line', text}) as const
const script = (...answers: ReturnType<typeof answer>[]): void => void cli.api.chat.answers.push(...answers)
const said = (index: number): unknown => cli.api.chat.said[index]
const words = (text: string) => ({message: {role: 'user', parts: [{type: 'text', text}]}})
const deleting = answer(calls('delete_task', {id: 3}), ...says('Delete "Buy stamps"?'), asksForYes)
const asking = answer(...says('Which day?\n1. friday'), {
  type: 'data-question',
  data: {text: 'Which day?', choices: [{means: 'friday', write: 'add x 27 nov'}]},
})
const thread = {id: THREAD, title: 'plants', created_at: '2026-11-20T08:00:00Z', updated_at: '2026-11-20T08:30:00Z'}

describe('todo5 chat TEXT', () => {
  test('prints the answer and nothing else in a pipe', async () => {
    script(answer(...says('Added "x".\n', 'Then: ', 'Fri.')))
    expect(await chat(['add', 'x'])).toBe('Added "x".\nThen: Fri.\n(exit 0)')
    expect(said(0)).toEqual(words('add x'))
    script(answer(...says('Nothing.')))
    expect(await chat([], {input: ' what is due?\n'})).toBe('Nothing.\n(exit 0)')
    expect(said(1)).toEqual(words('what is due?'))
  })

  test('makes a table of a list of tasks on a terminal, with its numbers', async () => {
    const {tasks} = cli.api.store.list(new URLSearchParams()) as {tasks: {id: number; title: string}[]}
    const list = tasks.map(({id, title}, index) => `${index + 1}. ${JSON.stringify(title)} #${id}: due then\n`)
    script(answer(gives({tasks}), ...says(`${tasks.length} tasks:\n`, ...list, 'There are more.')))
    expect(await chat(['list'], {tty: 60})).toMatchInlineSnapshot(`
      "3 tasks:
      #  ID  DUE        TASK                     REPEATS
      1   1  Thu 09:00  Water the plants  #home  Mon, Thu
      2   2  1 Dec      Pay the rent
      3   3             Buy stamps
      There are more.
      | go on: todo5 chat --continue
      (exit 0)"
    `)
  })

  test('shows tasks that the answer does not name, breaks lines at spaces', async () => {
    const task = cli.api.store.find(3)
    script(answer(gives({task}), ...says('That is ', 'in your list now, and it ', 'will be', ' there.')))
    expect(await chat(['stamps'], {tty: 30})).toMatchInlineSnapshot(`
      "That is in your list now, and
      it will be there.
      ID  DUE  TASK
       3       Buy stamps
      | go on: todo5 chat --continue
      (exit 0)"
    `)
  })

  test('lets no control character through', async () => {
    const task = {...(cli.api.store.find(3) as object), title: 'x\u001B[2Jy\u202Ez'}
    script(answer(gives({task}), ...says('one\u001B]0;owned\u0007\r\n', 'two\u009B31m')))
    const {stdout} = await run(['chat', 'x'], {tty: 80})
    expect(stdout).not.toMatch(/[^\P{C}\n]/u)
    expect(stdout).toContain('x [2Jy z')
  })

  test('goes on with the last conversation, or one by its id', async () => {
    cli.api.chat.threads = [thread]
    script(answer(...says('one')), answer(...says('two')))
    expect(await chat(['--continue', 'it'])).toBe('one\n(exit 0)')
    expect(await chat(['--thread', THREAD, 'it'])).toBe('two\n(exit 0)')
    expect([said(0), said(1)]).toEqual([
      {id: THREAD, ...words('it')},
      {id: THREAD, ...words('it')},
    ])
    expect(await chat(['--thread', 'x/../y', 'it'])).toContain('[thread_not_found, exit 3]')
    cli.api.chat.threads = []
    expect(await chat(['--continue', 'it'])).toMatchInlineSnapshot(`
      "| Error: There is no conversation yet.  [thread_not_found, exit 3]
      | Try:   todo5 chat "what is due today?"        begins one
      (exit 3)"
    `)
  })

  test('with --json gives the message as it is kept', async () => {
    cli.api.chat.threads = [thread]
    const metadata = {thread: THREAD, at: '2026-11-20T09:00:00.000Z'}
    cli.api.chat.messages = [{id: 'm1', role: 'assistant', metadata, parts: [{type: 'text', text: 'Added.'}]}]
    script(answer(...says('Added.')))
    expect(await cli.json('chat', 'add', 'x')).toEqual(cli.api.chat.messages[0])
  })
})

describe('what has to be confirmed', () => {
  test('is refused where nobody can say yes, and stays open', async () => {
    script(deleting, deleting, deleting)
    const refused = await chat(['delete stamps'])
    expect(refused).toMatchInlineSnapshot(`
      "Delete "Buy stamps"?
      | Error: This has to be confirmed; nothing was changed.  [confirmation_needed, exit 2]
      | Try:   todo5 chat --thread 6f1f0b9e-8c5d-4d1e-9a3b-000000000001 yes        confirms it
      |        --yes        confirms it beforehand
      (exit 2)"
    `)
    expect(await chat(['delete stamps', '--no-input'], {tty: 80, answer: 'y'})).toContain('confirmation_needed')
    const {code, stdout} = await run(['chat', 'delete stamps', '--json'], {answer: 'y'})
    expect([code, JSON.parse(stdout).error.code]).toEqual([2, 'confirmation_needed'])
    expect(cli.api.chat.said).toHaveLength(3)
  })

  test('is asked on a terminal, or confirmed by --yes', async () => {
    const done = answer(...says('Deleted.'))
    script(deleting, done, deleting, done, deleting, answer(...says('It stays.')))
    const yes = {id: THREAD, approvals: [{id: 'a1', approved: true}]}
    expect(await chat(['delete stamps'], {tty: 80, answer: 'y'})).toMatchInlineSnapshot(`
      "Delete "Buy stamps"?
      Deleted.
      | yes or no? 
      | go on: todo5 chat --continue
      (exit 0)"
    `)
    expect(said(1)).toEqual(yes)
    expect(await chat(['delete stamps', '--yes'])).toBe('Delete "Buy stamps"?\nDeleted.\n(exit 0)')
    expect(said(3)).toEqual(yes)
    expect(await chat(['delete stamps'], {tty: 80, answer: undefined})).toContain('It stays.')
    expect(said(5)).toEqual({id: THREAD, approvals: [{id: 'a1', approved: false}]})
  })

  test('is shown when the answer does not say what it is', async () => {
    script(answer(calls('delete_task', {id: 1}), ...says('Sure!'), asksForYes))
    expect(await chat(['tidy up'])).toMatchInlineSnapshot(`
      "Sure!
      To be confirmed: delete task {"id":1}
      ID  DUE                     TASK                     REPEATS   REMIND
       1  2026-11-26 09:00+01:00  Water the plants  #home  Mon, Thu  1h
      | Error: This has to be confirmed; nothing was changed.  [confirmation_needed, exit 2]
      | Try:   todo5 chat --thread 6f1f0b9e-8c5d-4d1e-9a3b-000000000001 yes        confirms it
      |        --yes        confirms it beforehand
      (exit 2)"
    `)
  })
})

describe('a question', () => {
  test('is an error with a line for each answer where nobody can answer', async () => {
    script(asking)
    expect(await chat(['add x friday'])).toMatchInlineSnapshot(`
      "Which day?
      1. friday
      | Error: Which day?  [answer_needed, exit 2]
      | Try:   todo5 chat --thread 6f1f0b9e-8c5d-4d1e-9a3b-000000000001 1        friday
      (exit 2)"
    `)
  })

  test('is asked on a terminal; a number is what its choice says', async () => {
    script(asking, answer(...says('Added.')), asking)
    expect(await chat(['add x friday'], {tty: 80, answer: '1'})).toContain('Added.')
    expect(said(1)).toEqual({id: THREAD, ...words('add x 27 nov')})
    expect(await chat(['add x friday'], {tty: 80, answer: undefined})).toContain('[not_confirmed, exit 4]')
  })
})

describe('a conversation on a terminal', () => {
  test('goes on in one thread, opens others, and says what goes wrong', async () => {
    cli.api.chat.threads = [thread]
    cli.api.chat.messages = [
      {id: 'm0', role: 'user', parts: [{type: 'text', text: 'water'}]},
      {id: 'm1', role: 'assistant', parts: [{type: 'text', text: 'Added.'}]},
    ]
    script(answer(...says('one')), answer(...says('two')), answer(...says('three')))
    const lines = ['first', 'second', '/threads', '/open 1', '/open 7', '/new', 'third', '/nwe', '/help', 'quit', 'x']
    expect(await chat([], {tty: 80, lines: lines.map(line)})).toMatchInlineSnapshot(`
      "one

      two

      #  USED          CONVERSATION
      1  20 Nov 09:30  plants

      plants
      > water
      Added.



      three


      /new        begins a new conversation
      /threads    lists the conversations; /open N goes on with one
      /help       this; "help" tells what can be said about tasks
      /quit       leaves, as Ctrl-D does; Ctrl-C stops an answer
      A number answers a question that has choices.
      | Say what is to be done, or ask. /help says more, Ctrl-D leaves.
      | › first
      | › second
      | › /threads
      | › /open 1
      | › /open 7
      | Error: There is no conversation 7.  [thread_not_found, exit 3]
      | Try:   /threads        lists them with their numbers
      | › /new
      | A new conversation.
      | › third
      | › /nwe
      | Error: There is no /nwe here.  [unknown_command, exit 2]
      | Try:   /new
      |        /help
      | › /help
      | › quit
      (exit 0)"
    `)
    expect(cli.api.chat.said).toEqual([words('first'), {id: THREAD, ...words('second')}, words('third')])
  })

  test('answers by number, and leaves at the second Ctrl-C', async () => {
    script(asking, answer(...says('Added.')))
    const interrupt = {kind: 'interrupt'} as const
    const {code, stderr} = await run(['chat'], {
      tty: 80,
      lines: [line('x'), line('1'), interrupt, interrupt, line('y')],
    })
    expect([code, cli.api.chat.said.length]).toEqual([0, 2])
    expect(said(1)).toEqual({id: THREAD, ...words('add x 27 nov')})
    expect(stderr).toContain('Ctrl-C again leaves')
  })

  test('--continue shows where it was', async () => {
    cli.api.chat.threads = [thread]
    cli.api.chat.messages = [{id: 'm1', role: 'assistant', parts: [{type: 'text', text: 'Added\u0007.'}]}]
    expect(await chat(['--continue'], {tty: 80, lines: []})).toContain('plants\nAdded .\n')
  })
})

describe('what goes wrong', () => {
  test('an answer that breaks off, and one that failed', async () => {
    script([{type: 'start', messageMetadata: {thread: THREAD}}, ...says('Half')])
    expect(await chat(['x'])).toContain('[answer_cut_off, exit 6]')
    script(answer({type: 'error', errorText: 'That did not work.'}))
    expect(await chat(['x'])).toContain('Error: That did not work.  [not_answered, exit 1]')
  })

  test('a refusal and a service that is away are said as by other commands', async () => {
    cli.api.troubles.push({kind: 'answer', status: 422, body: JSON.stringify({code: 'invalid_request', detail: 'No.'})})
    expect(await chat(['x'])).toBe('| Error: No.  [invalid_request, exit 2]\n(exit 2)')
    cli.api.troubles.push({kind: 'answer', status: 503, body: '{}', retryAfter: '0'})
    script(answer(...says('At last.')))
    expect(await chat(['x'])).toBe('At last.\n(exit 0)')
    cli.api.troubles.push({kind: 'reset'})
    expect(await chat(['x'])).toContain('[unreachable, exit 6]')
    expect(transcript(await runCli(['chat', 'x']))).toContain('[not_running, exit 6]')
  })

  test('no text', async () => {
    expect(await chat([], {input: '\n'})).toMatchInlineSnapshot(`
      "| Error: TEXT is missing: todo5 chat TEXT...  [missing_argument, exit 2]
      | Try:   todo5 chat "what is due today?"
      (exit 2)"
    `)
    expect(await chat(['--json'], {tty: 80, lines: []})).toContain('missing_argument')
    expect(await chat(['--list', 'x'])).toContain('[conflicting_flags, exit 2]')
    expect(await chat(['--continue', '--thread', 'x', 'y'])).toContain('exit 2')
  })

  test('--list', async () => {
    expect(await chat(['--list'])).toBe('| There is no conversation yet.\n(exit 0)')
    cli.api.chat.threads = [{...thread, title: 'a\u001Bb'}]
    expect(await chat(['--list'])).toMatchInlineSnapshot(`
      "ID                                    USED                    CONVERSATION
      6f1f0b9e-8c5d-4d1e-9a3b-000000000001  2026-11-20 09:30+01:00  a b
      (exit 0)"
    `)
    expect(await cli.json('chat', '--list')).toEqual({threads: cli.api.chat.threads})
  })
})
