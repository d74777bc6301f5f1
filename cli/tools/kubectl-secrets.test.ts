import {expect, test} from 'vitest'
import {parseReaders} from './kubectl-secrets.ts'

test('who reads a Secret has it since its oldest pod started; one that is to end counts no more', () => {
  const pod = (startTime: string, deletionTimestamp?: string): object => ({
    kind: 'Pod',
    metadata: {name: 'p', labels: {'app.kubernetes.io/name': 'chat-api'}, deletionTimestamp},
    status: {startTime},
  })
  const deployment = {kind: 'Deployment', metadata: {name: 'chat-api'}}
  const startedAt = (...pods: readonly object[]): unknown =>
    parseReaders(JSON.stringify({items: [deployment, ...pods]}))[0]!.startedAt
  const [first, second, third] = ['2026-11-20T09:00:00Z', '2026-11-20T09:01:00Z', '2026-11-20T09:02:00Z']
  expect(startedAt(pod(third), pod(second))).toBe(second)
  expect(startedAt(pod(first, third), pod(third), pod(second))).toBe(second)
  expect(startedAt(pod(first, third))).toBe(null)
})
