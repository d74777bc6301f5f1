import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {clusterPlaceOf, cloudPlace} from '../cloud/cloud-place.ts'
import {commandAt} from './cluster-place.ts'
import {findPlace} from './find-place.ts'
import {writeNotes} from './minikube-notes.ts'

let state: string
beforeEach(async () => void (state = await mkdtemp(join(tmpdir(), 'todo5-place-'))))
afterEach(async () => await rm(state, {recursive: true}))

const at = async (target: string, kubeContext?: string, namespace?: string): Promise<string> => {
  const {place, notes} = await findPlace({target, kubeContext, namespace}, state)
  return `${place.kubeContext}/${place.namespace}${notes === undefined ? '' : ' (noted)'}`
}

test('without notes it is the usual place, or the one that is typed', async () => {
  expect(await at('minikube')).toBe('todo5/todo5')
  expect(await at('minikube', 'other', 'mine')).toBe('other/mine')
  expect(await at('a-context')).toBe('a-context/todo5')
  expect(await at('oke', 'oke-staging')).toBe('oke-staging/todo5')
})

test('a command that is named for later leads to the same place, and has nothing that need not be typed', async () => {
  const show = async (target: string, kubeContext?: string, namespace?: string): Promise<string> =>
    commandAt((await findPlace({target, kubeContext, namespace}, state)).place, 'release show', ' 3')
  expect(await show('minikube')).toBe('todo5 release show minikube 3')
  expect(await show('minikube', 'other', 'mine')).toBe(
    'todo5 release show minikube 3 --kube-context other --namespace mine',
  )
  const folders = {config: state, state}
  const at = (environment: 'staging' | 'production', namespace?: string): string =>
    commandAt(clusterPlaceOf(cloudPlace({target: 'oke', environment, namespace}, folders)), 'rollback')
  expect(at('production')).toBe('todo5 rollback oke')
  expect(at('staging', 'mine')).toBe('todo5 rollback oke --env staging --namespace mine')
})

describe('where up minikube has brought it', () => {
  beforeEach(async () => {
    const created = {profile: false, dapr: false, namespace: false, monitoring: false}
    await writeNotes(state, {
      profile: 'shared',
      namespace: 'mine',
      created,
      port: null,
      url: null,
      monitoring: null,
      verified: null,
    })
  })

  test('the target minikube is there, and so is its context by its own name', async () => {
    expect(await at('minikube')).toBe('shared/mine (noted)')
    expect(await at('shared')).toBe('shared/mine (noted)')
    expect(await at('minikube', 'shared')).toBe('shared/mine (noted)')
  })

  test('what is typed goes before it', async () => {
    expect(await at('minikube', undefined, 'other')).toBe('shared/other')
    expect(await at('minikube', 'todo5')).toBe('todo5/todo5')
    expect(await at('a-context')).toBe('a-context/todo5')
  })
})

test('what is no cluster, or a cloud that nobody has named, is refused', async () => {
  await expect(at('host')).rejects.toMatchObject({code: 'no_cluster', exit: 4})
  await expect(at('local')).rejects.toMatchObject({code: 'no_cluster', exit: 4})
  await expect(at('gke')).rejects.toMatchObject({code: 'kube_context_needed', exit: 2})
})
