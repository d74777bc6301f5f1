import {existsSync} from 'node:fs'
import {chmod, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type RunOptions, transcript} from './testing/run-cli.ts'
import {SOME_TASKS, useFakeApi} from './testing/use-fake-api.ts'
import {editorOf} from './tools/editor.ts'

const cli = useFakeApi(...SOME_TASKS)
const {run, piped} = cli
const ran = async (line: string[], options: RunOptions): Promise<string> => transcript(await run(line, options))
const json = async (line: string[], options: RunOptions) => JSON.parse((await run([...line, '--json'], options)).stdout)
const titles = (): string[] => cli.api.store.tasks.slice(3).map(({title}) => title)

describe('ids on standard input', () => {
  test('are what was named, for every command that takes several', async () => {
    expect(await ran(['task', 'snooze', '-', '2h'], {input: '1\n\n 3 \n', tty: 80})).toMatchInlineSnapshot(`
      "Snoozed  1  Water the plants  #home  reminder today 12:00
      Snoozed  3  Buy stamps  reminder today 12:00
      | Still due Thu 26 Nov 09:00.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect((await json(['task', 'reschedule', '-', 'friday', '--tz', 'UTC'], {input: '3'})).results).toMatchObject([
      {id: 3, due_at: '2026-11-20T23:59:59Z'},
    ])
    expect((await json(['task', 'remind', '-', '2h'], {input: '1\n3'})).results).toHaveLength(2)
    expect((await json(['task', 'edit', '-', '--tag', 'x'], {input: '1\n2\n3'})).results).toHaveLength(3)
    expect((await json(['task', 'skip', '-'], {input: '1'})).results).toMatchObject([
      {skipped: [{id: 1}], next: {id: 4}},
    ])
    expect((await json(['done', '2', '-'], {input: 'stamps\n'})).results).toMatchObject([
      {completed: {id: 2}},
      {completed: {id: 3}},
    ])
    expect((await json(['task', 'reopen', '-'], {input: '2\n3'})).results).toHaveLength(2)
    expect((await json(['task', 'delete', '-'], {input: '2\n9'})).results).toMatchObject([
      {id: 2},
      {error: {code: 'task_not_found'}},
    ])
  })

  test('nothing there, or asked for twice, is said', async () => {
    expect(await ran(['done', '-'], {input: '\n'})).toMatchInlineSnapshot(`
      "| Error: Nothing came on standard input.  [missing_argument, exit 2]
      | Try:   one id a line, or a part of a title
      (exit 2)"
    `)
    expect(await piped('done', '-', '-')).toMatchInlineSnapshot(`
      "| Error: - is given twice, and standard input is read once.  [invalid_ref, exit 2]
      | Try:   leave one out
      (exit 2)"
    `)
    expect(await ran(['task', 'edit', '-', '--title', 'x'], {input: '1\n2'})).toContain('One title for several tasks.')
  })
})

describe('task add', () => {
  test('reads titles as they are, one a line; the flags hold for all', async () => {
    const input = 'Milk tomorrow\r\n\n#1 priority\nBread'
    expect(await ran(['task', 'add', '--stdin', '--tag', 'shop', '--due', 'tomorrow'], {input, tty: 80}))
      .toMatchInlineSnapshot(`
      "Added 4  Milk tomorrow  #shop
      due      Sat 21 Nov 2026, tomorrow
      reminds  09:00
      Added 5  #1 priority  #shop
      due      Sat 21 Nov 2026, tomorrow
      reminds  09:00
      Added 6  Bread  #shop
      due      Sat 21 Nov 2026, tomorrow
      reminds  09:00
      | undo: todo5 undo --list
      (exit 0)"
    `)
    expect(titles()).toEqual(['Milk tomorrow', '#1 priority', 'Bread'])
    const {results} = await json(['task', 'add', '-'], {input: 'one'})
    expect(results).toMatchObject([{title: 'one'}])
    expect(await json(['task', 'add', '-', '-n'], {input: 'a\nb'})).toMatchObject({
      dry_run: true,
      steps: [{body: {title: 'a'}}, {body: {title: 'b'}}],
    })
  })

  test('checks all lines before any is sent', async () => {
    expect(await ran(['task', 'add', '-'], {input: `a\n${'x'.repeat(501)}\nc`})).toMatchInlineSnapshot(`
      "| Error: 1 of 3 lines cannot be added as they are, so none was.  [invalid_lines, exit 2]
      | Try:   line 2: a title has at most 500 characters
      (exit 2)"
    `)
    expect(titles()).toEqual([])
    expect(await piped('task', 'add')).toMatchInlineSnapshot(`
      "| Error: TITLE is missing: todo5 task add TITLE...  [missing_argument, exit 2]
      | Try:   todo5 task add "Buy milk" --due tomorrow
      (exit 2)"
    `)
    expect(await piped('task', 'add', 'x', '--stdin')).toMatchInlineSnapshot(`
      "| Error: TITLE and --stdin are both given.  [conflicting_flags, exit 2]
      | Try:   todo5 task add "Buy milk" --due tomorrow
      (exit 2)"
    `)
  })
})

describe('--editor', () => {
  let folder: string
  let env: Record<string, string>
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'todo5-editor-'))
    const script = join(folder, 'my editor')
    await writeFile(script, `#!/bin/sh\necho "$1" > "$SEEN/name"\ncp "$1" "$SEEN/before"\ncp "$SEEN/written" "$1"\n`)
    await chmod(script, 0o700)
    env = {VISUAL: `SEEN='${folder}' '${script}'`, EDITOR: 'false'}
  })
  afterEach(async () => await rm(folder, {recursive: true, force: true}))
  const write = async (text: string): Promise<void> => await writeFile(join(folder, 'written'), text)
  const left = async (name: string): Promise<string> => await readFile(join(folder, name), 'utf8')

  test('begins with what was typed, and adds a task a line', async () => {
    await write('buy milk tomorrow\n# call bob friday\n#\n#home sweep the floor\n')
    const person = {tty: 80, env, answer: ''}
    expect(await ran(['add', '--editor', 'buy', 'milk'], person)).toMatchInlineSnapshot(`
      "Added 4  buy milk
      due      Sat 21 Nov 2026, tomorrow
      reminds  09:00
      Added 5  sweep the floor  #home
      | undo: todo5 undo --list
      (exit 0)"
    `)
    expect(await left('before')).toMatchInlineSnapshot(`
      "buy milk

      # One task a line: when it is due, repeats and reminds, its #tags and its !priority are read from it.
      # Lines that begin with "# " are left out. Without any other line nothing is added.
      "
    `)
    expect(existsSync((await left('name')).trim())).toBe(false)
    await write('Plain title tomorrow\n')
    await run(['task', 'add', '--editor'], person)
    expect(titles()).toEqual(['buy milk', 'sweep the floor', 'Plain title tomorrow'])
  })

  test('adds nothing when nothing is written, or the editor fails', async () => {
    await write('# all of it\n\n')
    expect(await ran(['add', '--editor'], {env, answer: ''})).toMatchInlineSnapshot(`
      "| Error: Nothing was added.  [not_confirmed, exit 4]
      (exit 4)"
    `)
    expect(await ran(['add', '--editor'], {env: {EDITOR: 'false'}, answer: ''})).toMatchInlineSnapshot(`
      "| Error: The editor "false" did not end well, so nothing was added.  [editor_failed, exit 5]
      (exit 5)"
    `)
    expect(await ran(['add', '--editor'], {env: {EDITOR: 'exit 127;'}, answer: ''})).toContain('was not found')
    expect(titles()).toEqual([])
  })

  test('leaves what cannot be read where it was written', async () => {
    await write('buy milk\ncall bob friday\n')
    const {code, stderr} = await run(['add', '--editor'], {env, answer: ''})
    const [, file] = /what you wrote is in (\S+)/u.exec(stderr.replaceAll(/\n\s+/gu, ' '))!
    expect(code).toBe(2)
    expect(await readFile(file!, 'utf8')).toBe('buy milk\ncall bob friday\n')
    await rm(join(file!, '..'), {recursive: true})
  })

  test('needs a person', async () => {
    await write('buy milk\n')
    expect(await ran(['add', '--editor'], {env})).toMatchInlineSnapshot(`
      "| Error: --editor needs a person at a terminal.  [no_terminal, exit 2]
      | Try:   leave out --json and --no-input, or give lines with --stdin
      (exit 2)"
    `)
    for (const flag of ['--json', '--no-input'])
      expect((await run(['add', '--editor', flag], {env, answer: ''})).code).toBe(2)
    expect(existsSync(join(folder, 'before'))).toBe(false)
  })

  test('is chosen as git does', () => {
    expect(editorOf({VISUAL: 'code --wait', EDITOR: 'ed'}, 'linux')).toBe('code --wait')
    expect(editorOf({VISUAL: 'code --wait', EDITOR: 'ed', TERM: 'dumb'}, 'linux')).toBe('ed')
    expect([editorOf({}, 'linux'), editorOf({}, 'win32')]).toEqual(['vi', 'notepad'])
  })
})
