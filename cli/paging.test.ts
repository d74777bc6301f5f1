import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {PtyProgram, type PtyOptions, runOnPty} from './testing/pty.ts'
import {runCli} from './testing/run-cli.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const user = useFakeApi(...Array.from({length: 40}, (_, number) => ({title: `Task number ${number + 1}`})))

/** Pagers that are scripts: one that shows a page and waits for q, as less does, and others. */
let folder: string
let pager: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-pager-'))
  pager = await script(
    'page.mjs',
    `import {openSync, readSync} from 'node:fs'
     import {createInterface} from 'node:readline'
     process.on('SIGINT', () => undefined)
     let shown = 0
     for await (const line of createInterface({input: process.stdin})) if (++shown <= 5) console.log('| ' + line)
     console.log(':' + process.argv.slice(2).join(' ') + ' LESS=' + process.env.LESS)
     const [keys, key] = [openSync('/dev/tty'), Buffer.alloc(1)]
     while (readSync(keys, key) > 0) if (String(key) === 'q') process.exit(3)`,
  )
})
afterAll(async () => await rm(folder, {recursive: true, force: true}))

async function script(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return `"${process.execPath}" "${join(folder, name)}"`
}

const start = (line: readonly string[], options: PtyOptions = {}): PtyProgram =>
  new PtyProgram(line, {api: user.api, rows: 20, ...options, env: {TODO5_PAGER: pager, ...options.env}})

test('what is longer than the screen goes through the pager, and notes come behind it', async () => {
  const program = start(['task', 'list'], {env: {TODO5_PAGER: `${pager} --with "two words"`}})
  await program.shows(':--with two words LESS=FRX')
  expect(program.screen).toMatchInlineSnapshot(`
    "| ID  DUE  TASK
    |  1       Task number 1
    |  2       Task number 2
    |  3       Task number 3
    |  4       Task number 4
    :--with two words LESS=FRX"
  `)
  program.type('\u0003')
  await program.shows('^C')
  program.type('q\r')
  expect(await program.ended).toBe(0)
  expect(program.screen.trimEnd().split('\n').at(-1)).toBe('40 open · Europe/Berlin')
  expect(program.isClean).toBe(true)
})

test('colours go through it, too', async () => {
  const program = start(['task', 'list'])
  await program.shows(': LESS=')
  expect(program.raw).toContain('\u001B[2mID')
  program.type('q\r')
  expect(await program.ended).toBe(0)
})

test('help is paged, what fits is not', async () => {
  const help = start(['task', '--help'], {rows: 10})
  await help.shows(': LESS=')
  help.type('q\r')
  expect(await help.ended).toBe(0)
  const short = await runOnPty(['task', 'list', '--limit', '3'], {api: user.api, env: {TODO5_PAGER: pager}})
  expect([short.code, short.screen.split('\n').length]).toEqual([0, 5])
})

test.each([
  [['--json'], {}],
  [['--no-input'], {}],
  [[], {TODO5_PAGER: ''}],
  [[], {TODO5_PAGER: 'off'}],
  [[], {TODO5_PAGER: 'cat'}],
  [[], {TODO5_PAGER: 'a-pager-that-nobody-has'}],
  [[], {TERM: 'dumb'}],
  [[], {TODO5_ACCESSIBLE: '1'}],
])('no pager with %j %j', async (flags, env) => {
  const line = ['task', 'list', ...flags]
  const program = await runOnPty(line, {api: user.api, rows: 20, env: {TODO5_PAGER: pager, ...env}})
  expect([program.code, program.everything.includes('LESS=')]).toEqual([0, false])
  expect(program.everything.replace(/\s/gu, '')).toContain('Tasknumber40')
})

test.each([
  ['TODO5_PAGER', 1],
  ['PAGER', 0],
])('a pager in %s that is not there is named %i times', async (variable, times) => {
  const env = {[variable]: 'a-pager-that-nobody-has --long'}
  const program = await runOnPty(['task', 'list'], {api: user.api, rows: 20, env})
  const said = program.everything.split(/The pager a-pager-that-nobody-has\s+cannot be started/u).length - 1
  expect([program.code, said]).toEqual([0, times])
})

test('a pager that is closed early is silent, and the exit code is that of the command', async () => {
  const one = await script('one.mjs', `process.stdin.once('data', () => process.exit(9))`)
  const program = await runOnPty(['task', 'list', '--limit', '39'], {api: user.api, rows: 20, env: {TODO5_PAGER: one}})
  expect([program.code, program.screen]).toEqual([0, '39 shown, there are more (--limit) · Europe/Berlin'])
})

test('which pager: TODO5_PAGER, the setting, PAGER; a project cannot choose it', async () => {
  const home = join(folder, 'home')
  await mkdir(join(home, 'config'), {recursive: true})
  const set = await runCli(['config', 'set', 'pager', `${pager} --set`], {home})
  expect(set.code).toBe(0)
  const env = {PAGER: `${pager} --PAGER`}
  const program = new PtyProgram(['task', 'list'], {api: user.api, rows: 20, home, env})
  await program.shows(':--set')
  program.type('q\r')
  expect(await program.ended).toBe(0)
  const other = new PtyProgram(['task', 'list'], {api: user.api, rows: 20, env})
  await other.shows(':--PAGER')
  other.type('q\r')
  expect(await other.ended).toBe(0)
  expect((await runCli(['config', 'set', 'pager', 'less', '--project'], {home})).stderr).toContain(
    '[personal_setting, exit 2]',
  )
  await writeFile(join(home, '.todo5.json'), '{"pager": "rm -rf ."}')
  expect((await runCli(['task', 'list'], {home})).stderr).toContain('[invalid_settings_file, exit 2]')
})

test('less, as it is where it is there', async () => {
  const less = join(folder, 'less')
  await writeFile(less, `#!/bin/sh\nexec ${pager} "$@"\n`)
  await chmod(less, 0o755)
  const path = `${folder}:${process.env['PATH']!}`
  const program = new PtyProgram(['task', 'list'], {api: user.api, rows: 20, env: {PATH: path, LESS: 'R'}})
  await program.shows(':-FRX LESS=R')
  program.type('q\r')
  expect(await program.ended).toBe(0)
})
