import {readdir, readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {type Changes, contractChanges} from '../testing/contract-changes.ts'
import {PRINTED} from './commands.ts'
import {cliContract, type Manifest, outputSchemas} from './documents.ts'

const committed = async (...segments: string[]): Promise<unknown> =>
  JSON.parse(await readFile(packagePath('docs', 'contract', ...segments), 'utf8'))

/** As the sources of the commands say it, whatever oclif.manifest.json says. */
const {manifestText} = (await import(packagePath('bin', 'generate-manifest.js'))) as {
  manifestText: () => Promise<string>
}
const {commands} = JSON.parse(await manifestText()) as {commands: Manifest}
const shown = Object.keys(commands).filter((id) => !commands[id]!.hidden)

/** For whoever made the change; empty when there is none. */
function told(file: string, {broken, added}: Changes): string {
  const lines = [
    ...(broken.length > 0
      ? [`What scripts may rely on has changed (${file}):`, ...broken.map((line) => `  ${line}`)]
      : []),
    ...(broken.length > 0 ? ['Put it back if it is not meant.', MEANT] : []),
    ...(added.length > 0
      ? [`New, and not in ${file} yet; npm run generate:`, ...added.map((line) => `  ${line}`)]
      : []),
  ]
  return lines.join('\n')
}

const MEANT =
  'If it is, say it in CHANGELOG.md, since it breaks whoever uses it, and npm run generate; docs/contract/README.md says when that may be.'

const live = (document: unknown): unknown => JSON.parse(JSON.stringify(document))

test('commands, arguments, flags and exit codes are those of docs/contract/cli.json', async () => {
  const changes = contractChanges(await committed('cli.json'), live(cliContract(commands)))
  expect(told('docs/contract/cli.json', changes)).toBe('')
})

test('what --json prints is what docs/contract/cli/ says', async () => {
  const files = await readdir(packagePath('docs', 'contract', 'cli'))
  const written = Object.fromEntries(await Promise.all(files.map(async (name) => [name, await committed('cli', name)])))
  expect(told('docs/contract/cli/', contractChanges(written, live(outputSchemas(shown))))).toBe('')
})

test('each command says what it prints with --json, and nothing else does', () => {
  const missing = Object.keys(commands).filter((id) => !(id in PRINTED))
  const left = Object.keys(PRINTED).filter((id) => !(id in commands))
  const how = 'add it to the table of its topic in cli/contract/ (printed.ts has the words for it)'
  expect([...missing.map((id) => `${id}: ${how}`), ...left.map((id) => `${id} is no command`)]).toEqual([])
})

test('what goes, what comes and what becomes another is told by its place', () => {
  const before = {commands: {'task list': {flags: {limit: {type: 'option', options: ['a', 'b']}}}, down: {args: []}}}
  const after = {commands: {'task list': {flags: {limit: {type: 'boolean', options: ['b', 'c']}, tag: {}}}}}
  expect(contractChanges(before, after)).toEqual({
    broken: [
      'changed: commands > task list > flags > limit > type: "option" is now "boolean"',
      'removed: commands > task list > flags > limit > options: a',
      'removed: commands > down',
    ],
    added: ['commands > task list > flags > limit > options: c', 'commands > task list > flags > tag'],
  })
})
