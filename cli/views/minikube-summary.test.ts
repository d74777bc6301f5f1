import {expect, test} from 'vitest'
import type {Monitoring} from '../operations/cluster/monitoring.ts'
import {Output} from '../output.ts'
import {printMinikubeSummary} from './minikube-summary.ts'

function summary(columns: number, monitoring: Monitoring): string {
  let text = ''
  const sink = {write: (part: string) => void (text += part), isTTY: true, columns}
  const looks = {colour: {stdout: false, stderr: false}, unicode: true, accessible: false, animated: false}
  const up = {
    target: 'minikube',
    already_running: false,
    took_seconds: 130,
    version: '1.0.0',
    profile: 'todo5',
    namespace: 'todo5',
    monitoring,
    api_url: 'http://127.0.0.1:8636/api/v1',
    stages: [{stage: 'monitoring', took_seconds: 70, already: null}],
  } as const
  printMinikubeSummary(new Output({terminal: {stdout: sink, stderr: sink}, looks}), up, 'todo5', true)
  return text
}

test('it says what watches todo5, on any width', () => {
  expect(summary(80, 'basic')).toMatchInlineSnapshot(`
    "✔ monitoring  numbers and traces: done  1:10
    todo5 1.0.0 in Minikube (profile todo5, namespace todo5)   ready in 2:10
      App   http://127.0.0.1:8636/
      API   http://127.0.0.1:8636/api/v1    Mailbox  todo5 mailbox list
      Numbers  todo5 open prometheus    Traces  todo5 open zipkin
      Stop  todo5 down minikube  (data stays)    Status  todo5 status minikube
      Logs  todo5 logs --target minikube -f
      Try:  todo5 add "water the plants every mon and thu at 9 #home"    context:
        minikube
    "
  `)
  expect(summary(50, 'full')).toMatchInlineSnapshot(`
    "✔ monitoring  numbers and traces: done  1:10
    todo5 1.0.0 in Minikube (profile todo5, namespace
      todo5)   ready in 2:10
      App   http://127.0.0.1:8636/
      API   http://127.0.0.1:8636/api/v1
      Mailbox  todo5 mailbox list
      Numbers  todo5 open grafana
      Traces  todo5 open zipkin
      Stop  todo5 down minikube  (data stays)
      Status  todo5 status minikube
      Logs  todo5 logs --target minikube -f
      Try:  todo5 add "water the plants every mon and
        thu at 9 #home"    context: minikube
    "
  `)
  expect(summary(80, 'none')).not.toMatch(/Numbers|Traces/u)
})
