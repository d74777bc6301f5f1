import {expect, test} from 'vitest'
import type {Diagnosis} from './operations/doctor/doctor.ts'
import {Output} from './output.ts'
import {runCli} from './testing/run-cli.ts'
import {printDiagnosis} from './views/diagnosis.ts'

/** Where no program of the stack is found, and nothing runs. */
const EMPTY = {env: {PATH: '', JAVA_HOME: ''}}

test('where nothing runs, the machine alone is looked at', async () => {
  const {code, stdout, stderr} = await runCli(['doctor', '--json'], EMPTY)
  const {state, checks} = JSON.parse(stdout) as Diagnosis
  expect(stderr).toBe('')
  expect(checks.map(({area, check}) => `${area} ${check}`)).toEqual(
    'node programs disk memory port leftovers waiting version secrets stale at_login'
      .split(' ')
      .map((check) => `machine ${check}`),
  )
  for (const check of checks) {
    expect(Object.keys(check).toSorted()).toEqual(['area', 'check', 'details', 'found', 'next', 'state'])
  }
  expect(checks.filter(({check}) => ['node', 'programs', 'leftovers'].includes(check)).map((one) => one.state)).toEqual(
    ['ok', 'ok', 'ok'],
  )
  expect(code).toBe(state === 'problem' ? 4 : 0)
})

test('host without its programs is a problem, and ends with 4', async () => {
  const {code, stdout, stderr} = await runCli(['doctor', 'host'], EMPTY)
  expect(code).toBe(4)
  expect(stdout).toMatch(
    /^ {2}✖ programs +daprd, scheduler, sentry, kafka and java are missing\n +→ todo5 toolchain install/mu,
  )
  expect(stdout).toMatch(/^host\n {2}✔ processes +not running\n +→ todo5 up host$/mu)
  expect(stderr).toMatch(/^12 checks: [1-3] problems?, \d warnings?$/mu)
})

test('minikube without its programs is a problem: text and JSON say the same', async () => {
  const {code, stdout} = await runCli(['doctor', 'minikube'], EMPTY)
  expect(code).toBe(4)
  expect(stdout.slice(stdout.indexOf('\nminikube\n'))).toBe(`
minikube
  ✖ minikube       there is no minikube on the PATH
                   → https://minikube.sigs.k8s.io/docs/start        where it comes from
  ✖ kubectl        there is no kubectl on the PATH
                   → https://kubernetes.io/docs/tasks/tools        where it comes from
  ✖ helm           there is no helm on the PATH
                   → https://helm.sh/docs/intro/install        where it comes from
  ✖ engine         there is no docker or podman on the PATH
                   → https://docs.docker.com/engine/install        where it comes from
`)
  const json = await runCli(['doctor', 'minikube', '--json'], EMPTY)
  expect(json.code).toBe(4)
  expect((JSON.parse(json.stdout) as Diagnosis).checks.filter(({area}) => area === 'minikube')).toContainEqual({
    area: 'minikube',
    check: 'kubectl',
    state: 'problem',
    found: 'there is no kubectl on the PATH',
    details: [],
    next: ['https://kubernetes.io/docs/tasks/tools        where it comes from'],
  })
})

test('what it does not know', async () => {
  expect((await runCli(['doctor', 'mars'], EMPTY)).code).toBe(2)
})

const DIAGNOSIS: Diagnosis = {
  state: 'problem',
  checks: [
    {area: 'machine', check: 'node', state: 'ok', found: '24.21.0', details: [], next: []},
    {
      area: 'host',
      check: 'topics',
      state: 'problem',
      found: '1 thing',
      details: ['reminders is missing'],
      next: ['todo5 topic apply'],
    },
    {area: 'host', check: 'dead_letters', state: 'warning', found: '2 events', details: [], next: []},
  ],
}

test.each([
  [
    true,
    `machine
  ✔ node           24.21.0
host
  ✖ topics         1 thing
                   reminders is missing
                   → todo5 topic apply
  ! dead letters   2 events
3 checks: 1 problem, 1 warning
`,
  ],
  [
    false,
    `machine
  [ok] node           24.21.0
host
  [x]  topics         1 thing
                      reminders is missing
                      -> todo5 topic apply
  !    dead letters   2 events
3 checks: 1 problem, 1 warning
`,
  ],
])('a diagnosis, in Unicode: %s', (unicode, expected) => {
  let written = ''
  const sink = {write: (text: string) => void (written += text), isTTY: false, columns: 100}
  const looks = {colour: {stdout: false, stderr: false}, unicode, accessible: false, animated: false}
  printDiagnosis(new Output({terminal: {stdout: sink, stderr: sink}, looks}), DIAGNOSIS)
  expect(written).toBe(expected)
})

test('a cluster in a cloud is looked at without Minikube', async () => {
  const {code, stdout} = await runCli(['doctor', 'gke', '--kube-context', 'prod'], EMPTY)
  expect(code).toBe(4)
  expect(stdout.slice(stdout.indexOf('\ngke\n'))).toBe(`
gke
  ✖ kubectl        there is no kubectl on the PATH
                   → https://kubernetes.io/docs/tasks/tools        where it comes from
  ✖ helm           there is no helm on the PATH
                   → https://helm.sh/docs/intro/install        where it comes from
`)
})

test('from within a cluster: what cannot be reached is told of as JSON too, and as a person reads it', async () => {
  const database = 'postgres://task@127.0.0.1:1/todo5'
  const words = ['__doctor', '--target', 'minikube', '--brokers', '127.0.0.1:1', '--database-url', database]
  const {code, stdout} = await runCli([...words, '--json'], EMPTY)
  const {at, checks} = JSON.parse(stdout) as {at: string; checks: Diagnosis['checks']}
  expect(code).toBe(0)
  expect(Date.parse(at)).toBeGreaterThan(0)
  expect(checks.map(({area, check, state}) => `${area} ${check} ${state}`)).toEqual([
    'minikube database problem',
    'minikube outbox problem',
    'minikube kafka problem',
  ])
  const read = await runCli(words, EMPTY)
  expect(read.stdout).toMatch(/^minikube\n {2}✖ database +/u)
  expect(read.stderr).toBe('3 checks: 3 problems, 0 warnings\n')
})
