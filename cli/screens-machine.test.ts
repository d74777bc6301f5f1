import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeEach, vi} from 'vitest'
import type {Check, CheckState} from './operations/doctor/check.ts'
import type {Diagnosis} from './operations/doctor/doctor.ts'
import {Output} from './output.ts'
import {runCli, type RunOptions, type RunResult} from './testing/run-cli.ts'
import {screens} from './testing/screens.ts'
import {PLANTS, useFakeApi} from './testing/use-fake-api.ts'
import {printDiagnosis} from './views/diagnosis.ts'

const user = useFakeApi(PLANTS, {title: 'Call the clinic', description: 'two\nlines', priority: 3})

/** Lines break elsewhere where a name is longer: not in TMPDIR, which differs from one machine to the next. */
const FOLDER = '/tmp'

let home: string
afterAll(() => vi.unstubAllEnvs())
beforeEach(async () => {
  vi.stubEnv('TMPDIR', FOLDER)
  home = await mkdtemp(join(FOLDER, 'todo5-machine-'))
  await writeFile(join(home, 'todo.txt'), '(A) Call mom @family due:2026-11-26\nx Pay the rent\nbuy milk due:soon\n')
  await mkdir(join(home, 'dapr'))
  await writeFile(
    join(home, 'dapr', 'pubsub.yaml'),
    `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: events}
spec:
  type: pubsub.kafka
  version: v1
  metadata:
    - {name: brokers, value: kafka:9092}
    - {name: initialOfset, value: oldest}
`,
  )
  await mkdir(join(home, 'state'))
  await writeFile(join(home, 'state', 'kept.json'), '{}\n')
  user.api.mails.push({
    id: 1,
    received_at: '2026-11-20T08:00:00Z',
    from: 'todo5 <todo5@localhost>',
    to: 'ada@example.com',
    subject: 'Reminder: Water the plants in the garden of the neighbours',
    message_id: '<1@localhost>',
    text: 'Water the plants\n\nDue 09:00. To be reminded later answer with the number of minutes, or open the page.\n',
    html: '<p>Water the plants</p>',
    headers: {'x-todo5': '1'},
  })
  return async () => await rm(home, {recursive: true, force: true})
})

screens(['mailbox list', 'mailbox show 1', 'mailbox show 2', 'mailbox clear', 'mailbox clear --yes'], user.run)

const inHome = async (line: readonly string[], options: RunOptions): Promise<RunResult> =>
  await runCli(
    line.map((word) => word.replace(/^HOME/u, home)),
    {home, ...options, api: {url: user.api.url, key: user.api.key}},
  )
screens(
  [
    'export --format csv --output HOME/tasks.csv',
    'import HOME/todo.txt --dry-run',
    'import HOME/todo.txt --skip-invalid --done',
  ],
  inHome,
)

screens(['export --format todotxt'], inHome, {raw: true})

/** Of this machine alone, where nothing runs: without an address of another todo5, and without programs. */
const here = async (line: readonly string[], options: RunOptions): Promise<RunResult> => {
  const {code, stdout, stderr} = await runCli(
    line.map((word) => word.replace(/^HOME/u, home)),
    {home, ...options, env: {PATH: '', JAVA_HOME: '', TODO5_TOOLCHAIN: join(home, 'programs'), ...options.env}},
  )
  return {code, stdout, stderr}
}
screens(
  [
    'up --only audit-service',
    'up host --dry-run',
    'down',
    'down --dry-run',
    'down host --only audit-service',
    'status host',
    'logs',
    'logs nothing',
    'backup HOME/kept.tar --dry-run',
    'backup',
    'restore HOME/nothing.tar --dry-run',
    'restore HOME/todo.txt',
    'uninstall --all --dry-run',
    'toolchain list',
    'dapr lint HOME/dapr',
    'dapr versions',
    'dapr apply --dry-run',
    'dapr apply',
    'dapr render --target minikube --out HOME/out',
    'dapr rollback',
  ],
  here,
  {
    steady: [
      [new RegExp(hostname().replaceAll('.', String.raw`\.`), 'gu'), 'a-machine'],
      [/\d{4}-\d\d-\d\dT?-?\d\d[-:]?\d\d[-:]?\d\d/gu, '2026-11-20T090000'],
    ],
  },
)
screens(['completion bash', 'completion fish'], here, {raw: true})

/** As it is said on a machine that is known, and of which nothing but the drawing is under test. */
const diagnosis: Diagnosis = {
  state: 'problem',
  checks: [
    check('node', 'ok', 'Node 24.21.0'),
    check('memory', 'warning', '1.1 GB of memory are free, and the real stack takes about 2.5 GB', {
      next: ['end what you do not need, or use todo5 up, which takes 0.4 GB'],
    }),
    check('leftovers', 'problem', '2 programs of a todo5 that is gone still run', {
      details: ['kafka (pid 4711, since 19 Nov 22:14)', 'daprd of notification-service (pid 4712)'],
      next: ['todo5 doctor --fix        stops them'],
    }),
  ],
}

function check(name: string, state: CheckState, found: string, more: Partial<Check> = {}): Check {
  return {area: 'machine', check: name, state, found, details: [], next: [], ...more}
}

screens(['doctor'], async (_, {tty = 80}) => {
  let stdout = ''
  const sink = {write: (text: string) => void (stdout += text), isTTY: true, columns: tty}
  const looks = {colour: {stdout: false, stderr: false}, unicode: true, accessible: false, animated: false}
  printDiagnosis(new Output({terminal: {stdout: sink, stderr: sink}, looks, typedAs: 'todo5'}), diagnosis)
  return {code: 4, stdout, stderr: ''}
})
