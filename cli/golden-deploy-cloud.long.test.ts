import {describe, expect, test, vi} from 'vitest'
import {TARGETS, useCloud} from './testing/use-cloud.ts'

const bench = useCloud()
const {cloudOf, log, todo5} = bench

const STEPS = {
  plan: ['init', 'plan', 'show'],
  apply: ['apply', 'output'],
  cluster: [
    'helm show crds',
    'kubectl apply --server-side --force-conflicts --field-manager=todo5 --filename=/',
    'helm upgrade --install dapr',
    'kubectl get configurations.dapr.io',
    'helm upgrade --install external-secrets',
    'kubectl create namespace',
    'helm upgrade --install todo5-secrets',
    'kubectl wait externalsecrets',
    'kubectl get pod topics',
  ],
  release: ['helm history', 'helm upgrade --install todo5 /', 'kubectl rollout status'],
} as const
const AT_EVERY_STEP = Object.values(STEPS).flat()

describe.each(TARGETS)('%s: a failure at every step', (target) => {
  test.each(AT_EVERY_STEP)('%s', async (step) => {
    await cloudOf(target, {failing: {[step]: 'Error: it went wrong'}})
    const {code, stderr} = await todo5(`deploy ${target} --yes --image-tag 1.5.0`)
    expect([code, stderr]).toEqual([5, expect.stringContaining('Error: ')])
    const {revisions} = await bench.cluster.state()
    // Nothing of todo5 is there before its own step; and what never worked is not noted as good.
    expect(revisions.map(({status}) => status)).toEqual(step === 'kubectl rollout status' ? ['deployed'] : [])
    expect(stderr).not.toMatch(/\bat .*\.ts:\d+/u)
  })
})

describe.each(TARGETS)('%s: Ctrl-C at every step', (target) => {
  const hanging = AT_EVERY_STEP.filter((step) => step !== 'show' && step !== 'output')
  test.each(hanging)('%s', async (step) => {
    await cloudOf(target, {failing: {[step]: 'hang'}})
    const running = todo5(`deploy ${target} --yes --image-tag 1.5.0`)
    await vi.waitFor(async () => expect(await log()).toContainEqual(expect.stringMatching(/ hangs$/u)), {
      timeout: 60_000,
    })
    process.emit('SIGINT')
    const {code, stderr} = await running
    expect([code, stderr]).toEqual([130, expect.stringContaining('Interrupted')])
    const released = (await log()).filter((line) => line.includes('lock released'))
    const isTerraform = (STEPS.plan as readonly string[]).includes(step) || step === 'apply'
    expect(released).toEqual(isTerraform ? ['terraform interrupted 1 time(s), lock released'] : [])
  })
})
