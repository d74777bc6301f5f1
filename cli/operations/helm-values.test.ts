import {parse} from 'yaml'
import {expect, test} from 'vitest'
import {runCli} from '../testing/run-cli.ts'

test('dapr render --helm-values prints one file that the chart takes, with all that it would print otherwise', async () => {
  const line = ['dapr', 'render', '--target', 'minikube']
  const {code, stdout} = await runCli([...line, '--helm-values'])
  expect(code).toBe(0)
  const {dapr} = parse(stdout) as {dapr: {resources: {kind: string; metadata: {name: string}}[]}}
  const {resources} = JSON.parse((await runCli([...line, '--json'])).stdout) as {resources: {text: string}[]}
  expect(dapr.resources).toEqual(resources.map(({text}) => parse(text)))
  expect(dapr.resources.map(({metadata}) => metadata.name)).toContain('todo5-chat-api')
  expect((await runCli([...line, '--helm-values', '--out', 'x'])).code).toBe(2)
})
