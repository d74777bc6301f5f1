import {expect, test} from 'vitest'
import type {MinikubeDown} from '../operations/cluster/down-minikube.ts'
import type {MinikubeStatus} from '../operations/cluster/minikube-status.ts'
import {Output} from '../output.ts'
import {printMinikubeDown, printMinikubeStatus} from './minikube-status.ts'

function printed(print: (out: Output) => void): string {
  let text = ''
  const sink = {write: (part: string) => void (text += part), isTTY: true, columns: 80}
  const looks = {colour: {stdout: false, stderr: false}, unicode: true, accessible: false, animated: false}
  print(new Output({terminal: {stdout: sink, stderr: sink}, looks}))
  return text
}

const NOTHING: MinikubeStatus = {
  target: 'minikube',
  state: 'not_installed',
  profile: 'todo5',
  namespace: 'todo5',
  revision: null,
  api_url: null,
  workloads: [],
  troubles: [],
}
const status = (facts: Partial<MinikubeStatus> = {}): string =>
  printed((out) => printMinikubeStatus(out, {...NOTHING, ...facts}, 'todo5'))
const down = (facts: MinikubeDown): string => printed((out) => printMinikubeDown(out, facts, 'todo5'))

test('where nothing runs, what starts it', () => {
  expect(status()).toMatchInlineSnapshot(`
    "Minikube: no todo5 there   (profile todo5, namespace todo5)
    todo5 up minikube        starts it
    "
  `)
  expect(status({state: 'stopped'})).toMatchInlineSnapshot(`
    "Minikube: stopped   (profile todo5, namespace todo5)
    todo5 up minikube        starts it
    "
  `)
})

test('each part with what is ready of it, and why the rest is not', () => {
  const image = 'todo5:1.4.0'
  expect(
    status({
      state: 'degraded',
      revision: 3,
      api_url: 'http://127.0.0.1:8636/api/v1',
      workloads: [
        {name: 'task-service', image, ready: 1, wanted: 1},
        {name: 'chat-api', image, ready: 1, wanted: 2},
        {name: 'audit-service', image, ready: 0, wanted: 0},
      ],
      troubles: ['chat-api-1: image todo5:1.4.0 not found'],
    }),
  ).toMatchInlineSnapshot(`
    "Minikube: degraded   (profile todo5, namespace todo5, revision 3)
      ✔ task-service   1 of 1  todo5:1.4.0
      ✖ chat-api       1 of 2  todo5:1.4.0
      ✖ audit-service  0 of 0  todo5:1.4.0
      App   http://127.0.0.1:8636/
    ! chat-api-1: image todo5:1.4.0 not found
    "
  `)
})

test('what a stop did, what it deleted, and what stays since it was there before', () => {
  expect(down({target: 'minikube', found: 'running', deleted: [], stays: []})).toMatchInlineSnapshot(`
    "✔ stopped
      Data stays in the cluster; start again: todo5 up minikube
    "
  `)
  expect(down({target: 'minikube', found: 'nothing', deleted: [], stays: []})).toBe('✔ nothing ran\n')
  expect(down({target: 'minikube', found: 'running', deleted: ['the namespace todo5'], stays: ['the profile shared']}))
    .toMatchInlineSnapshot(`
    "✔ deleted the namespace todo5
      stays: the profile shared, which was there before
    "
  `)
  expect(down({dry_run: true, steps: ['minikube delete --profile=todo5']})).toBe(
    ' 1  minikube delete --profile=todo5\n',
  )
})
