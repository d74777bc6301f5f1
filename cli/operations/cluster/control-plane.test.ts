import {expect, test} from 'vitest'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import {controlPlaneReady} from './control-plane.ts'

const part = (name: string, readyReplicas: number): object => ({
  kind: 'StatefulSet',
  metadata: {name},
  spec: {replicas: 3, template: {spec: {containers: [{name, image: 'daprio/x'}]}}},
  status: {readyReplicas, updatedReplicas: 3},
})
const none: readonly object[] = []

/** What the cluster shows in one look after the other; the last stays. Resolves with the number of looks. */
async function look(shown: readonly (readonly object[])[], limitMs: number, mtls = true): Promise<number> {
  let looks = 0
  const kubectl = async ([, kind]: readonly string[]) => {
    const answer = kind?.startsWith('configuration')
      ? {spec: {mtls: {enabled: mtls}}}
      : {items: shown[Math.min(looks++, shown.length - 1)]}
    return {exitCode: 0, stdout: JSON.stringify(answer), stderr: ''} as Awaited<ReturnType<ClusterCalls['kubectl']>>
  }
  await controlPlaneReady({kubectl}, 'todo5', new AbortController().signal, {everyMs: 1, limitMs})
  return looks
}

test('a part that was started anew is waited for', async () => {
  const [starts, ready] = [part('dapr-scheduler-server', 2), part('dapr-scheduler-server', 3)]
  expect(await look([[starts], none, [starts], [ready]], 60_000)).toBe(4)
})

test('one that is not ready in time is named', async () => {
  await expect(look([[part('dapr-sentry', 3), part('dapr-operator', 0)]], 5)).rejects.toMatchObject({
    code: 'verification_failed',
    exit: 5,
    message: "Dapr's control plane is not ready: dapr-operator.",
  })
  await expect(look([none], 5)).rejects.toMatchObject({message: expect.stringContaining('nothing is there')})
})

test('without mTLS it is not well', async () => {
  await expect(look([[part('dapr-sentry', 3)]], 5, false)).rejects.toMatchObject({
    code: 'verification_failed',
    message: expect.stringContaining('mTLS'),
  })
})
