import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {commandOf} from './testing/printed-json.ts'
import {ROOT} from './testing/run-cli.ts'
import {WIDTHS} from './testing/screens.ts'

const CLUSTER = 'it needs a cluster'

/** Commands that no screen can show: why, and the test that looks at what they print instead. */
const ELSEWHERE: Readonly<Record<string, readonly [why: string, test: string]>> = {
  'ci:init': ['it writes files, and names their folder', 'cli/golden-ci.test.ts'],
  deploy: [CLUSTER, 'cli/golden-deploy.test.ts'],
  destroy: [CLUSTER, 'cli/golden-destroy-cloud.test.ts'],
  'image:build': ['it names the folder of the clone', 'cli/operations/image/image.test.ts'],
  'image:load': ['it needs an image', 'cli/operations/image/image.test.ts'],
  'release:list': [CLUSTER, 'cli/golden-deploy.test.ts'],
  'release:show': [CLUSTER, 'cli/golden-deploy.test.ts'],
  'secret:check': [CLUSTER, 'cli/golden-secret.test.ts'],
  'secret:list': [CLUSTER, 'cli/golden-secret.test.ts'],
  'secret:rotate': [CLUSTER, 'cli/golden-secret.test.ts'],
  'secret:set': [CLUSTER, 'cli/golden-secret.test.ts'],
  rollback: [CLUSTER, 'cli/golden-deploy.test.ts'],
  'toolchain:install': ['what it would do depends on the processor', 'cli/golden-toolchain.test.ts'],
  'toolchain:path': ['it prints paths alone', 'cli/toolchain/find-programs.test.ts'],
  top: ['its numbers move', 'test/e2e/top.test.ts'],
  trace: ['its times differ from run to run', 'cli/golden-trace.test.ts'],
  up: ['it starts programs, which takes its time', 'test/e2e/up-on-a-terminal.test.ts'],
}

/** What says only that a line was typed wrongly shows nothing of the command. */
const MISTYPED = /\[(?:invalid_value|missing_argument|un\w+|flag_of_host|key_missing), exit 2\]/u

/** The commands of which a screen of that width is kept beside the tests. */
function drawnAt(columns: number): Set<string | undefined> {
  const folder = join(import.meta.dirname, '__snapshots__')
  const files = readdirSync(folder).filter((name) => name.startsWith('screens'))
  const kept = files.flatMap((name) => [
    ...readFileSync(join(folder, name), 'utf8').matchAll(/^exports\[`([^\n]+) at (\d+) columns 1`\] = `(.*?)\n`;$/gmsu),
  ])
  const good = kept.filter(([, , width, text = '']) => Number(width) === columns && !MISTYPED.test(text))
  return new Set(
    good.map(([, line = '']) => commandOf(line.startsWith('[') ? (JSON.parse(line) as string[]) : line.split(' '))),
  )
}

const {commands} = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, {hidden?: boolean}>
}
const shown = Object.keys(commands).filter((id) => !commands[id]!.hidden)

test.each(WIDTHS)('every command has a screen of %i columns, or a reason for none', (columns) => {
  const drawn = drawnAt(columns)
  // One that is missing: add a line of it to cli/screens*.test.ts, and look at what it writes to cli/__snapshots__/.
  expect(shown.filter((id) => !drawn.has(id) && !(id in ELSEWHERE))).toEqual([])
})

const without = Object.entries(ELSEWHERE).filter(([id]) => shown.includes(id))
test.each(without)('%s has none: %s', (_, [, file]) => {
  expect(existsSync(join(ROOT, file))).toBe(true)
})
