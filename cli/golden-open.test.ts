import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {selectContext} from './client/selection.ts'
import {writeNotes} from './operations/cluster/minikube-notes.ts'
import {runCli, transcript} from './testing/run-cli.ts'
import {TestMachine} from './toolchain/testing/test-machine.ts'
import {strictCluster} from './tools/fake/programs.ts'

vi.setConfig({testTimeout: 300_000})

let machine: TestMachine
let home: string
beforeEach(async () => {
  machine = await TestMachine.make()
  home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
})
afterEach(async () => {
  await machine.remove()
  await rm(home, {recursive: true})
})

const todo5 = async (line: string, tty?: number) =>
  await runCli(line.split(' '), {env: {PATH: machine.bin}, home, ...(tty !== undefined && {tty})})

test('what is not there is said, and what brings it', async () => {
  expect(transcript(await todo5('open zipkin'))).toMatchInlineSnapshot(`
    "| Error: There is no Zipkin in local.  [page_not_there, exit 4]
    | Try:   todo5 up host        has one
    |        todo5 up minikube        has one
    (exit 4)"
  `)
  expect(transcript(await todo5('open prometheus -c host'))).toMatchInlineSnapshot(`
    "| Error: The host target does not run here.  [not_running, exit 6]
    | Try:   todo5 up host        starts it
    (exit 6)"
  `)
  expect(transcript(await todo5('open grafana -c minikube', 50))).toMatchInlineSnapshot(`
    "| Error: There is no Grafana in minikube.
    |        [page_not_there, exit 4]
    | Try:   todo5 up minikube --monitoring full
    |            brings it
    (exit 4)"
  `)
})

test('in Minikube the address is told at once; the command ends with the connection', async () => {
  const state = join(home, 'state')
  const created = {profile: true, dapr: true, namespace: true, monitoring: true}
  const monitoring = 'basic'
  await writeNotes(state, {profile: 'p', namespace: 'n', created, port: 1, url: null, verified: null, monitoring})
  await selectContext({state}, 'minikube')
  await machine.program(
    'kubectl',
    strictCluster(
      'kubectl',
      `process.stdout.write('Forwarding from 127.0.0.1:5555 -> 9090\\n'); process.stderr.write('error: lost connection to pod\\n'); process.exitCode = 1`,
    ),
  )
  expect(transcript(await todo5('open prometheus', 80))).toMatchInlineSnapshot(`
    "http://127.0.0.1:5555/
    | Leads there until Ctrl-C.
    | Error: prometheus of minikube cannot be reached: lost connection to pod
    |        [not_running, exit 6]
    | Try:   todo5 status minikube        says what runs there
    (exit 6)"
  `)
  const {code, stdout} = await todo5('open mailbox --json')
  const [address, failure] = stdout.trim().split('\n')
  expect(JSON.parse(address!)).toEqual({url: 'http://127.0.0.1:5555/mailbox', opened: false})
  expect([code, JSON.parse(failure!)]).toMatchObject([6, {error: {code: 'not_running'}}])
})
