import {expect, test} from 'vitest'
import {CliError} from '../../errors.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {planOf, runStages, type Stage, type StageEvent} from './stages.ts'

const toolchain = {} as Toolchain
const signal = new AbortController().signal
const events: StageEvent[] = []
const run = async (stages: readonly Stage[], during: AbortSignal = signal): Promise<void> => {
  events.length = 0
  await runStages(stages, {toolchain, signal: during, onEvent: (event) => void events.push(event)})
}
const kinds = (): string[] => events.map(({stage, kind}) => `${stage} ${kind}`)
const stage = (name: string, work: (signal: AbortSignal) => Promise<void>, over: Partial<Stage> = {}): Stage => ({
  name,
  title: name,
  steps: [{kind: 'own', text: `do ${name}`, work}],
  limitMs: 60_000,
  ...over,
})
const nothing = async (): Promise<void> => undefined
const failure = new CliError('It broke.', {code: 'program_failed', exit: 5, excerpt: ['  said'], hints: ['look']})
const never = async (during: AbortSignal): Promise<void> =>
  await new Promise((_, reject) => during.addEventListener('abort', () => reject(during.reason as Error)))

test('in order, without what is already true; what is planned is what runs', async () => {
  const stages = [
    stage('one', nothing, {alreadyDone: async () => undefined}),
    stage('two', nothing, {alreadyDone: async () => 'it is there'}),
    stage('three', nothing),
  ]
  await run(stages)
  expect(kinds()).toEqual([
    'one begun',
    'one step',
    'one done',
    'two begun',
    'two done',
    'three begun',
    'three step',
    'three done',
  ])
  expect(events.filter(({kind}) => kind === 'done')).toMatchObject([
    {already: null},
    {already: 'it is there'},
    {already: null},
  ])
  const ran = events.flatMap((event) => (event.kind === 'step' ? [event.text] : []))
  expect(planOf(stages)).toEqual([ran[0], 'do two', ran[1]])
})

test('the first that fails ends it, with its explanation behind what was said', async () => {
  const failing = stage('two', async () => await Promise.reject(failure), {
    explain: async () => ['  chat-api: no room'],
  })
  await expect(run([stage('one', nothing), failing, stage('three', nothing)])).rejects.toMatchObject({
    message: 'It broke.',
    code: 'program_failed',
    exit: 5,
    excerpt: ['  said', '  chat-api: no room'],
    hints: ['look'],
  })
  expect(kinds().at(-1)).toBe('two step')
})

test('what has nothing to add leaves the error as it is, and a mistake is not explained', async () => {
  await expect(run([stage('one', async () => await Promise.reject(failure), {explain: async () => []})])).rejects.toBe(
    failure,
  )
  const mistake = new TypeError('x is not a function')
  const explain = async (): Promise<string[]> => ['  never asked']
  await expect(run([stage('one', async () => await Promise.reject(mistake), {explain})])).rejects.toBe(mistake)
})

test('a stage that takes too long fails by itself, and is explained', async () => {
  await expect(
    run([stage('slow', never, {limitMs: 1, explain: async () => ['  kafka-0: Pending']})]),
  ).rejects.toMatchObject({
    code: 'stage_timeout',
    exit: 5,
    message: 'slow was not done within 0 s.',
    excerpt: ['  kafka-0: Pending'],
  })
})

test('Ctrl-C ends what runs, and nobody is asked why', async () => {
  const controller = new AbortController()
  const asked: string[] = []
  const slow = stage(
    'slow',
    async (during) => {
      controller.abort(new Error('Interrupted.'))
      during.throwIfAborted()
    },
    {explain: async () => (asked.push('why'), [])},
  )
  await expect(run([slow, stage('next', nothing)], controller.signal)).rejects.toThrow('Interrupted.')
  expect(asked).not.toContain('why')
  expect(kinds()).toEqual(['slow begun', 'slow step'])
})

test('what a stage waits for is told when it changes', async () => {
  const shown = ['kafka starts', 'kafka starts', 'kafka is not ready', undefined, 'kafka is not ready']
  let looks = 0
  const until = async (): Promise<void> => {
    await expect.poll(() => looks).toBeGreaterThan(shown.length)
  }
  const waiting = stage('platform', until, {waitsFor: async () => shown[looks++]})
  events.length = 0
  await runStages([waiting], {toolchain, signal, onEvent: (event) => void events.push(event), lookMs: 1})
  expect(events.flatMap((event) => (event.kind === 'waits' ? [event.text] : []))).toEqual([
    'kafka starts',
    'kafka is not ready',
  ])
})
