import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {ROOT, runCli, transcript} from './testing/run-cli.ts'
import {textWidth} from './text-width.ts'

const manifest = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<
    string,
    {
      summary?: string
      examples?: string[]
      hidden?: boolean
      usage?: string
      args: Record<string, {name: string; required?: boolean; multiple?: boolean}>
      flags: Record<string, {name: string}>
    }
  >
}
/** Those that people type; what scripts of shells ask takes any word. */
const COMMANDS = Object.keys(manifest.commands).filter((id) => !manifest.commands[id]!.hidden)
const TOPICS = [...new Set(COMMANDS.filter((id) => id.includes(':')).map((id) => id.split(':')[0]!))]
const shown = async (...line: string[]): Promise<string> => transcript(await runCli(line))

const needs = (id: string) => Object.values(manifest.commands[id]!.args).filter(({required}) => required)

describe.each(COMMANDS)('%s', (id) => {
  const words = id.split(':')

  test('a wrong flag: exit 2, what to type instead, and the same as JSON', async () => {
    const {code, stdout, stderr} = await runCli([...words, '--frobnicate'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`Error: --frobnicate is no flag of todo5 ${words.join(' ')}.`)
    expect(stderr).toContain(`todo5 ${words.join(' ')} --help`)
    const json = await runCli([...words, '--frobnicate', '--json'])
    expect([json.code, json.stderr]).toEqual([2, ''])
    expect(JSON.parse(json.stdout)).toEqual({
      error: {
        code: 'unknown_flag',
        message: `--frobnicate is no flag of todo5 ${words.join(' ')}.`,
        hints: expect.arrayContaining([`todo5 ${words.join(' ')} --help`]),
      },
    })
  })

  test('a flag that is nearly one: that one is named', async () => {
    for (const flag of Object.keys(manifest.commands[id]!.flags).filter((name) => name.length > 3)) {
      const {code, stdout, stderr} = await runCli([...words, `--${flag}${flag.at(-1)!}`])
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(new RegExp(`did you mean .*--${flag}\\b`, 'u'))
    }
  })

  test('has help with examples, and nothing of it is cut or wider than 80 columns', async () => {
    const command = manifest.commands[id]!
    expect(command.summary).toMatch(/\.$/u)
    expect(command.examples?.length).toBeGreaterThan(0)
    for (const tty of [80, 50]) {
      const {code, stdout, stderr} = await runCli([...words, '--help'], {tty})
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain('USAGE')
      expect(stdout).toContain('EXAMPLES')
      expect(stdout).not.toContain('<%=')
      // Examples are command lines, to be copied whole.
      const shownWhole = tty === 80 ? stdout : stdout.split('\nEXAMPLES')[0]!
      expect(shownWhole.split('\n').filter((line) => textWidth(line) > tty)).toEqual([])
    }
  })
})

test.each(COMMANDS.filter((id) => needs(id).length > 0))(
  '%s without what it needs: exit 2, and what that is',
  async (id) => {
    const words = id.split(':')
    const needed = needs(id)
    const {code, stdout, stderr} = await runCli(words)
    const json = await runCli([...words, '--json'])
    expect([json.code, json.stderr]).toEqual([code, ''])
    const typed = needed.map(({name, multiple}) => `${name.toUpperCase()}${multiple ? '...' : ''}`).join(' ')
    const [, said = typed] = /((?:[A-Z]+\.* )+)/u.exec(manifest.commands[id]!.usage ?? '') ?? []
    const {error} = JSON.parse(json.stdout) as {error: {code: string; message: string}}
    expect([code, stdout, error.code]).toEqual([2, '', 'missing_argument'])
    expect(error.message).toMatch(/^[A-Z]+( and [A-Z]+)* (is|are) missing: /u)
    expect(error.message).toContain(`: todo5 ${words.join(' ')} ${said.trim()}`)
    expect(stderr.replaceAll(/\s+/gu, ' ')).toContain(error.message)
  },
)

test.each(['help', ...TOPICS])(
  'todo5 %s lists its commands with every summary whole, in 80 and 50 columns',
  async (topic) => {
    const listed = COMMANDS.filter((id) => topic === 'help' || id.startsWith(`${topic}:`))
    for (const tty of [80, 50]) {
      const {code, stdout} = await runCli([topic], {tty})
      const said = stdout.replaceAll(/\s+/gu, ' ')
      expect(code).toBe(0)
      expect(listed.filter((id) => !said.includes(manifest.commands[id]!.summary!))).toEqual([])
      expect(stdout.split('\n').filter((line) => textWidth(line) > tty)).toEqual([])
    }
  },
)

describe('what is no command', () => {
  test.each([
    [['taks', 'list'], 'did you mean todo5 task list'],
    [['task', 'lsit'], 'did you mean todo5 task list?'],
    [['delete', 'x'], 'did you mean todo5 task delete'],
    [['mailbox', 'read'], 'todo5 mailbox --help'],
    [['frobnicate'], 'todo5 help'],
    [['list'], 'todo5 task list'],
  ])('%j', async (line, hint) => {
    const {code, stdout, stderr} = await runCli(line)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('There is no command')
    expect(stderr).toContain(hint)
    const json = await runCli([...line, '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({error: {code: 'unknown_command'}})
  })

  test('what it may have been is said as todo5 was called', async () => {
    const {stderr} = await runCli(['taks', 'list'], {env: {npm_command: 'exec'}})
    expect(stderr).toContain('did you mean npx todo5 task list or npx todo5 task?')
  })

  test('a flag before the command', async () => {
    expect(await shown('--json', 'task', 'list')).toMatchInlineSnapshot(`
      "{
        "error": {
          "code": "flag_before_command",
          "message": "--json stands before any command.",
          "hints": [
            "todo5 COMMAND --json        flags follow the command",
            "todo5 help"
          ]
        }
      }
      (exit 2)"
    `)
    expect(await shown('-x')).toMatchInlineSnapshot(`
      "| Error: -x stands before any command.  [flag_before_command, exit 2]
      | Try:   todo5 COMMAND -x        flags follow the command
      |        todo5 help
      (exit 2)"
    `)
  })
})

test('arguments and values that are wrong', async () => {
  expect(await shown('task', 'add')).toMatchInlineSnapshot(`
    "| Error: TITLE is missing: todo5 task add TITLE...  [missing_argument, exit 2]
    | Try:   todo5 task add "Buy milk" --due tomorrow
    (exit 2)"
  `)
  expect(await shown('task', 'show', '1', '2')).toMatchInlineSnapshot(`
    "| Error: todo5 task show takes no further argument: 2  [unexpected_argument, exit 2]
    | Try:   todo5 task show --help
    (exit 2)"
  `)
  expect(await shown('task', 'list', 'tomorrow')).toMatchInlineSnapshot(`
    "| Error: Expected tomorrow to be one of: open, overdue, today, upcoming, recurring, done, all.
    |        [invalid_value, exit 2]
    | Try:   todo5 task list --help
    (exit 2)"
  `)
  expect(await shown('task', 'add', 'x', '--priority', 'urgent')).toMatchInlineSnapshot(`
    "| Error: Expected --priority=urgent to be one of: none, low, medium, high.  [invalid_value, exit 2]
    | Try:   todo5 task add --help
    (exit 2)"
  `)
  expect(await shown('task', 'add', 'x', '--due')).toMatchInlineSnapshot(`
    "| Error: Flag --due expects a value.  [missing_value, exit 2]
    | Try:   todo5 task add --help
    (exit 2)"
  `)
  expect(await shown('task', 'list', '--limit', '0')).toMatchInlineSnapshot(`
    "| Error: --limit: expected an integer greater than or equal to 1 but received: 0.
    |        [invalid_value, exit 2]
    | Try:   todo5 task list --help
    (exit 2)"
  `)
  expect(await shown('task', 'list', '--limit', 'x')).toMatchInlineSnapshot(`
    "| Error: --limit: expected an integer but received: x.  [invalid_value, exit 2]
    | Try:   todo5 task list --help
    (exit 2)"
  `)
  expect(await shown('task', 'list', '--tz', 'UTC', '--utc')).toMatchInlineSnapshot(`
    "| Error: --utc=true cannot also be provided when using --tz.  [conflicting_flags, exit 2]
    | Try:   todo5 task list --help
    (exit 2)"
  `)
  expect(await shown('task', 'add', 'x', '--until', 'monday', '--count', '3', '--json')).toMatchInlineSnapshot(`
    "{
      "error": {
        "code": "conflicting_flags",
        "message": "--count=3 cannot also be provided when using --until.",
        "hints": [
          "todo5 task add --help"
        ]
      }
    }
    (exit 2)"
  `)
  expect(await shown('task', 'lst', '--', '--json')).toMatchInlineSnapshot(`
    "| Error: There is no command task lst.  [unknown_command, exit 2]
    | Try:   did you mean todo5 task list?
    |        todo5 task --help
    (exit 2)"
  `)
})

test('nothing runs', async () => {
  expect(await shown('task', 'list')).toMatchInlineSnapshot(`
    "| Error: todo5 does not run here.  [not_running, exit 6]
    | Try:   todo5 up        starts everything on this machine
    (exit 6)"
  `)
  expect(await shown('task', 'list', '--json')).toMatchInlineSnapshot(`
    "{
      "error": {
        "code": "not_running",
        "message": "todo5 does not run here.",
        "hints": [
          "todo5 up        starts everything on this machine"
        ]
      }
    }
    (exit 6)"
  `)
  expect(await shown('db', 'status')).toMatchInlineSnapshot(`
    "| Error: No database is given, and todo5 does not run here.  [no_database, exit 6]
    | Try:   --database-url postgres://USER:PASSWORD@HOST/DATABASE
    |        todo5 up        starts the one of this machine
    (exit 6)"
  `)
})

test('todo5 alone, its version, help of a topic, plurals', async () => {
  expect(await shown()).toMatchInlineSnapshot(`
    "todo5: tasks that repeat and remind, and the tools to run them
      todo5 up                  start everything on this machine, no Docker
      todo5 add "pay rent on the first of every month at 9"
      todo5 today               what is due
      todo5 done rent           complete it; the next one appears
      todo5 chat                talk to your list
      Elsewhere: todo5 login URL   Check: todo5 doctor   All commands: todo5 help
    (exit 0)"
  `)
  expect((await runCli([], {tty: 80})).stdout).toContain('Nothing runs here yet.')
  expect((await runCli(['--version'])).stdout).toMatch(/^todo5 \d+\.\d+\.\d+ \(\w+-\w+, Node \d+\.\d+\.\d+\)\n$/u)
  expect((await runCli(['tasks', '--help'])).stdout).toBe((await runCli(['task'])).stdout)
  expect((await runCli(['help', 'task', 'add'])).stdout).toBe((await runCli(['task', 'add', '-h'])).stdout)
  const {stdout} = await runCli(['help'], {tty: 80})
  for (const id of COMMANDS) expect(stdout).toContain(`  ${id.replaceAll(':', ' ')} `)
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})
