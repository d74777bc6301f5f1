import {expect, test, vi} from 'vitest'
import {useCloud} from './testing/use-cloud.ts'

vi.setConfig({testTimeout: 240_000})

const {cloudOf, log, todo5} = useCloud()

test.each([
  ['v3.20.2', '--atomic'],
  ['v4.2.4', '--rollback-on-failure'],
])('with helm %s what fails goes back by %s, and the plan says so', async (helm, flag) => {
  await cloudOf('gke', {helm})
  const others = ['dapr', 'external-secrets', 'strimzi']
  const wayBack = (lines: readonly string[]): string[] =>
    lines
      .filter((line) => others.some((name) => line.includes(`helm upgrade --install ${name} `)))
      .flatMap((line) => line.match(/--atomic|--rollback-on-failure/gu) ?? ['none'])
  const {stdout} = await todo5('deploy gke --kafka strimzi --dry-run --json')
  expect(wayBack((JSON.parse(stdout) as {steps: string[]}).steps)).toEqual([flag, flag, flag])
  expect((await todo5('deploy gke --kafka strimzi --yes --image-tag 1.5.0')).code).toBe(0)
  expect(wayBack(await log())).toEqual([flag, flag, flag])
})
