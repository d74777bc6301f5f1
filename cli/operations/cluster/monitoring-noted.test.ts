import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {writeNotes} from './minikube-notes.ts'
import {daprValuesNoted} from './monitoring-noted.ts'
import {type Monitoring, SPANS_URL} from './monitoring.ts'

let state: string
beforeEach(async () => void (state = await mkdtemp(join(tmpdir(), 'todo5-noted-'))))
afterEach(async () => await rm(state, {recursive: true}))

test.each([
  ['basic', {zipkinEndpoint: SPANS_URL}],
  ['full', {zipkinEndpoint: SPANS_URL}],
  ['none', {zipkinEndpoint: ''}],
  [null, {}],
] as const)(
  'a deploy brings spans where up minikube has made something for them: %s',
  async (monitoring: Monitoring | null, values) => {
    const created = {profile: true, dapr: true, namespace: true, monitoring: true}
    await writeNotes(state, {profile: 'p', namespace: 'n', created, port: 1, url: null, verified: null, monitoring})
    const place = {target: 'minikube', kubeContext: 'p', namespace: 'n'}
    expect(await daprValuesNoted(place, state)).toEqual(values)
    expect(await daprValuesNoted({...place, namespace: 'other'}, state)).toEqual({})
  },
)
