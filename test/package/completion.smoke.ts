import {execFile} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, expect, test} from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-shells-'))
  const program = join(folder, 'todo5')
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/run.js')}' "$@"\n`)
  await chmod(program, 0o755)
})
afterAll(async () => await rm(folder, {recursive: true, force: true}))

/** What a shell prints for this script, with todo5 on its PATH and nothing that runs. */
async function inShell(shell: 'bash' | 'zsh' | 'fish', args: readonly string[], script: string): Promise<string> {
  try {
    const env = {PATH: `${folder}:${process.env['PATH']!}`, HOME: folder, TODO5_HOME: folder, TERM: 'dumb'}
    return (await run(shell, [...args, '-c', script], {env, timeout: 300_000})).stdout
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error(`${shell} is not there: apt-get install bash zsh fish`, {cause: error})
  }
}

const {commands} = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, {summary: string}>
}
const summaryOf = (id: string): string => commands[id]!.summary

test('bash completes commands, values and names of files', async () => {
  const ask = (...words: string[]): string => `
    COMP_WORDS=(todo5 ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
    _todo5; printf '%s\\n' "\${COMPREPLY[@]}" .`
  const script = `source <(todo5 completion bash); complete -p todo5
    ${ask('task', 'sk')} ${ask('task', 'add', 'x', '--priority', '=', 'h')} ${ask('dapr', 'lint', `${ROOT}/package.js`)}
    COMP_TYPE=63 ${ask('task', 's')}`
  expect((await inShell('bash', ['--norc'], script)).split('\n.\n')).toEqual([
    'complete -F _todo5 todo5\nskip',
    'high',
    `${ROOT}/package.json`,
    ['show', 'skip', 'snooze'].map((verb) => `${verb}  (${summaryOf(`task:${verb}`)})`).join('\n'),
    '',
  ])
})

test('fish completes with descriptions', async () => {
  const script = `source (todo5 completion fish | psub)
    complete -C 'todo5 task sk'
    complete -C 'todo5 task add x --priority '`
  expect((await inShell('fish', ['--no-config'], script)).trimEnd().split('\n')).toEqual([
    `skip\t${summaryOf('task:skip')}`,
    'high',
    'low',
    'medium',
    'none',
  ])
})

test('zsh completes what is typed at its prompt', async () => {
  const script = `zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PS1=; autoload -Uz compinit && compinit -u -d ${folder}/dump; source <(todo5 completion zsh); echo REA""DY'
    zpty -r -m shell line '*READY*'
    zpty -w -n shell $'todo5 task sk\\t'
    zpty -r -m shell line '*skip*'
    print -r -- "$line"
    zpty -d shell`
  expect(await inShell('zsh', ['-f'], script)).toContain('todo5 task skip')
})
