import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {commandWords} from '../../cli/command-words.ts'
import {type PtyProgram, runOnPty} from '../../cli/testing/pty.ts'
import {packagePath} from '../../services/package-root.ts'
import {eventually} from '../support/eventually.ts'
import {isBuilt, LocalTarget} from '../support/local-target.ts'

interface Step {
  /** What a person thinks. */
  readonly why: string
  /** What they type behind `$ todo5`. */
  readonly line: string
  /** What then stands on the screen. */
  readonly shows: RegExp
}

const STEPS: readonly Step[] = [
  {why: 'Start everything on this machine.', line: 'up', shows: /App +http.*\n[\s\S]*Mailbox/u},
  {
    why: 'One sentence is a task. What was understood is printed.',
    line: 'add "water the plants every mon and thu at 9 #home"',
    shows: /^Added 1 {2}water the plants[\s\S]*every Monday and Thursday at 09:00/mu,
  },
  {why: 'Something for today.', line: 'add "call Grace in 30 minutes"', shows: /^Added 2 {2}call Grace/mu},
  {why: 'What is due?', line: 'today', shows: /2 +.*call Grace/u},
  {
    why: 'Done; of a task that repeats the next one appears.',
    line: 'done plants',
    shows: /^Done {2}1[\s\S]*^Next {2}3/mu,
  },
  {why: 'That was too early.', line: 'undo', shows: /water the plants/u},
  {
    why: 'The next days, with what will repeat.',
    line: 'task agenda --days 8',
    shows: /water the plants[\s\S]*water the plants/u,
  },
  {
    why: 'From now on at eight, this one and all that follow.',
    line: 'task edit plants --due "mon 8:00" --scope following',
    shows: /Changed[\s\S]*08:00/u,
  },
  {why: 'Later, please.', line: 'task snooze Grace 10m', shows: /^Snoozed {2}2/mu},
  {why: 'The same by talking.', line: 'chat "what is due this week?"', shows: /water the plants|call Grace/u},
  {why: 'Which reminders came? Mails stay on this machine.', line: 'mailbox list', shows: /call Grace/u},
  {why: 'How it went with that task.', line: 'task history Grace', shows: /Created/u},
  {why: 'What runs?', line: 'status', shows: /^local {2}running/mu},
  {why: 'Is anything wrong with this machine?', line: 'doctor', shows: /node/iu},
  {why: 'Stop. The data stays.', line: 'down', shows: /stopped/iu},
]

const FILE = packagePath('docs', 'demo', 'first-ten-minutes.md')

test('the first ten minutes of todo5 go as docs/demo tells them', async () => {
  const target = await LocalTarget.create()
  onTestFinished(async () => await target.dispose())
  const home = dirname(target.stateDir)
  await mkdir(home, {recursive: true, mode: 0o711})
  const program = [process.execPath, packagePath('bin', isBuilt() ? 'run.js' : 'dev.js')]
  const told: string[] = []
  for (const {why, line, shows} of STEPS) {
    if (line === 'mailbox list')
      await eventually('the mail', async () => shows.test((await target.todo5('mailbox', 'list')).stdout))
    const ran = await runOnPty(commandWords(line)!, {home, program, rows: 200, env: {TODO5_PAGER: ''}})
    expect([line, ran.code, ran.isClean], ran.everything).toEqual([line, line === 'doctor' ? ran.code : 0, true])
    expect(ran.everything).toMatch(shows)
    told.push(`${why}\n\n\`\`\`console\n$ todo5 ${line}\n${withoutPlaces(ran, home)}\n\`\`\``)
  }
  if (process.env['TODO5_WRITE_DEMO'] === '1') await writeFile(FILE, `${HEAD}\n\n${told.join('\n\n')}\n`)
  const recorded = [...(await readFile(FILE, 'utf8')).matchAll(/^\$ todo5 (.*)$/gmu)].map(([, line]) => line)
  expect(recorded, 'record it again: npm run demo').toEqual(STEPS.map(({line}) => line))
})

const HEAD = `# The first ten minutes

A session at a terminal of 80 columns, recorded by \`npm run demo\` and run again by \`npm run test:package\`. Ports, process ids,
sizes and the link that signs you in are written over; all else is as it was printed.`

/** Without what is of this run alone. */
const withoutPlaces = ({everything}: PtyProgram, home: string): string =>
  everything
    .replaceAll(home, '~/.todo5')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/gu, 'http://127.0.0.1:8636')
    .replaceAll(/(?<=[?#&]\w+=)[\w.%-]{16,}/gu, '…')
    .replaceAll(/(?<=pid )\d+/gu, '4127')
    .replaceAll(/(?<=todo5 .*port )\d+/gu, '8636')
    .replaceAll(/(?<=PostgreSQL .*port )\d+/gu, '5432')
    .replaceAll(/\d[\d,]* MB/gu, '99 MB')
    .replaceAll(join('/', 'root'), '~')
