import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {strictCluster} from '../../tools/fake/programs.ts'
import {TestMachine} from '../../toolchain/testing/test-machine.ts'
import {clusterCalls} from '../release/cluster-calls.ts'
import {verificationInCluster, verifyInCluster} from './verify-in-cluster.ts'

vi.setConfig({testTimeout: 300_000})

const KEY = 'todo5_planted_key'
const PLACE = {target: 'oke', kubeContext: 'oke-production', namespace: 'todo5'}
const GOOD = {
  verified: ['added', 'reminded', 'done', 'next'],
  reminder_seconds: 1.5,
  next_seconds: 0.4,
  warnings: ['w'],
}

let machine: TestMachine
beforeEach(async () => void (machine = await TestMachine.make()))
afterEach(async () => await machine.remove())

/** A kubectl in whose cluster the Job says this; ends at the second look. */
async function cluster(log: string, template = true): Promise<void> {
  const made = join(machine.root, 'made.json')
  const looks = join(machine.root, 'looks')
  await writeFile(looks, '')
  const env = [
    {name: 'TODO5_API_URL', value: 'http://chat-api/api/v1'},
    {name: 'TODO5_API_KEY', valueFrom: {secretKeyRef: {name: 'verify', key: 'key'}}},
  ]
  const found = {
    template: {
      metadata: {labels: {}},
      spec: {serviceAccountName: 'verify', containers: [{name: 'verify', args: ['verify'], env}]},
    },
  }
  const body = `
if (argv[1] === 'podtemplate') process.stdout.write(${JSON.stringify(template ? JSON.stringify(found) : '')})
else if (argv[0] === 'exec') process.stdout.write('${KEY}\\n')
else if (argv[0] === 'create') {
  const file = argv[1].slice('--filename='.length)
  if ((fs.statSync(file).mode & 0o077) !== 0) process.exit(1)
  fs.copyFileSync(file, ${JSON.stringify(made)})
} else if (argv[1] === 'job') {
  fs.appendFileSync(${JSON.stringify(looks)}, '.')
  process.stdout.write(JSON.stringify({status: fs.readFileSync(${JSON.stringify(looks)}, 'utf8').length > 1 ? {failed: 1} : {active: 1}}))
} else if (argv[0] === 'logs') process.stdout.write(${JSON.stringify(log)})
`
  await machine.program('kubectl', strictCluster('kubectl', body))
}

const keys: string[] = []
async function verify() {
  keys.length = 0
  const calls = clusterCalls(machine.toolchain)
  return await verifyInCluster(
    {calls, place: PLACE, onKey: async (key) => void keys.push(key)},
    new AbortController().signal,
  )
}
const removed = async (): Promise<string | undefined> =>
  (await machine.log()).split('\n').find((line) => line.startsWith('kubectl delete'))

test('a Job is made of the template, with a key of its own, and nothing of it stays', async () => {
  await cluster(JSON.stringify(GOOD))
  expect(await verify()).toEqual(GOOD)
  expect(keys).toEqual([KEY])
  const {items} = JSON.parse(await readFile(join(machine.root, 'made.json'), 'utf8')) as {
    items: {metadata: {name: string}}[]
  }
  const [secret, job] = items
  const {name} = secret!.metadata
  expect(name).toMatch(/^verify-[0-9a-f]{8}$/u)
  expect(job).toMatchObject({
    kind: 'Job',
    metadata: {name},
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          serviceAccountName: 'verify',
          containers: [
            {
              args: ['verify'],
              env: [{value: 'http://chat-api/api/v1'}, {valueFrom: {secretKeyRef: {name, key: 'key'}}}],
            },
          ],
        },
      },
    },
  })
  expect(await removed()).toContain(`job/${name} secret/${name}`)
  expect(await machine.log()).not.toContain(KEY)
})

test.each([
  [
    'what did not happen',
    JSON.stringify({
      error: {
        code: 'verification_failed',
        message: 'The reminder was not sent within 60 s.',
        hints: ['todo5 logs notification'],
      },
    }),
    'The reminder was not sent within 60 s.',
  ],
  ['an image that does not start', 'node: not found\n', 'The Job verify failed: node: not found'],
  ['silence', '', 'The Job verify said nothing.'],
])('%s is what failed, and the Job goes', async (_name, log, message) => {
  await cluster(log)
  await expect(verify()).rejects.toMatchObject({code: 'verification_failed', exit: 5, message})
  expect(await removed()).toBeDefined()
})

test('a todo5 that is too old for it says so, and gets no new key', async () => {
  await cluster('', false)
  await expect(verify()).rejects.toMatchObject({
    code: 'verification_failed',
    message: expect.stringContaining('too old'),
  })
  expect(keys).toEqual([])
})

test('it is one of the steps that verify a release, and passes on what a person should know', async () => {
  const warnings: string[] = []
  await cluster(JSON.stringify(GOOD))
  const {title, run} = verificationInCluster({
    calls: clusterCalls(machine.toolchain),
    place: PLACE,
    onKey: async () => undefined,
    onWarning: (text) => void warnings.push(text),
  })
  expect(title).toContain('run the Job verify')
  await run(new AbortController().signal)
  expect(warnings).toEqual(['w'])
})
