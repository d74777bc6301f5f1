import {expect, test} from 'vitest'
import {endingPods, jobsAtWork, lastWords, podTroubles} from './pod-trouble.ts'

const line = (level: string, message: string, error?: {message: string}): string =>
  JSON.stringify({level, message, ...(error && {error})})

test.each([
  ['', undefined],
  ['PORT is not set\n', 'PORT is not set'],
  [`${line('INFO', 'started')}\n${line('INFO', 'stopped')}\n`, 'stopped'],
  [`${line('ERROR', 'it broke', {message: 'first\nsecond'})}\n${line('INFO', 'stopped')}\n`, 'it broke: first'],
  [
    '{"level":"info","msg":"starts"}\n{"level":"fatal","msg":"Fatal error from runtime","ver":"1.18.3"}\n',
    'Fatal error from runtime',
  ],
  ['{"level":"ERROR","msg":"Error loading config","err":"no such field"}\n', 'Error loading config: no such field'],
  // What Node prints of an error that nobody caught ends with its version.
  [
    `${line('INFO', 'started')}\n/app/a.js:1\n\nTypeError [ERR_X]: no colour\n    at b\n\nNode.js v24.9.0\n`,
    'TypeError [ERR_X]: no colour',
  ],
])('the last words of %j', (log, words) => expect(lastWords(log)).toBe(words))

test('pods of services that are on their way out are told from those that stay, and from all others', () => {
  const pod = (name: string, service: string, ending: boolean) => ({
    metadata: {
      name,
      labels: {'app.kubernetes.io/name': service},
      ...(ending && {deletionTimestamp: '2026-11-22T10:00:00Z'}),
    },
    spec: {containers: []},
    status: {phase: 'Running'},
  })
  const items = [pod('a', 'chat-api', true), pod('b', 'chat-api', false), pod('c', 'operate-stream', true)]
  expect(endingPods(JSON.stringify({items}))).toEqual(['a'])
})

test('a pod that is being started is told from one that runs and is not ready, and from a job at work', () => {
  const pod = (name: string, phase: string, ready: boolean, state: object, labels: object = {}) => ({
    metadata: {name, labels: {'app.kubernetes.io/name': name, ...labels}},
    spec: {containers: [{name, image: 'todo5:1'}]},
    status: {phase, containerStatuses: [{name, ready, state}]},
  })
  const job = {'batch.kubernetes.io/job-name': 'migrate'}
  const items = [
    pod('kafka', 'Pending', false, {waiting: {reason: 'ContainerCreating'}}),
    pod('mailbox', 'Running', false, {running: {}}),
    pod('migrate', 'Running', true, {running: {}}, job),
    pod('topics', 'Succeeded', false, {terminated: {reason: 'Completed', exitCode: 0}}, job),
  ]
  const stdout = JSON.stringify({items})
  expect(podTroubles(stdout).map(({of, why}) => `${of}: ${why}`)).toEqual([
    'kafka: it is being started (ContainerCreating)',
    'mailbox: it runs and is not ready',
  ])
  expect(jobsAtWork(stdout)).toEqual(['migrate'])
})
