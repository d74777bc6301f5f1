import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {allowanceOf, DEFAULT_POOLS, type PoolTarget} from './allowances.ts'
import {azureMachine, googleMachine} from './machine-sizes.ts'

const TERRAFORM = join(import.meta.dirname, '../../../terraform')
const TARGETS = Object.keys(DEFAULT_POOLS) as PoolTarget[]
const gib = (value: number): number => Math.round((value / 2 ** 30) * 100) / 100

test.each(TARGETS)('the pool of %s that is counted with is the one that Terraform makes', async (target) => {
  const text = await readFile(join(TERRAFORM, target, 'variables.tf'), 'utf8')
  for (const [name, value] of Object.entries(DEFAULT_POOLS[target])) {
    const [, found] = new RegExp(`variable "${name}" \\{[^}]*?default\\s*=\\s*"?([^"\\n]+)"?\\n`, 'u').exec(text) ?? []
    expect([name, found]).toEqual([name, String(value)])
  }
})

test.each([
  ['Standard_B2ps_v2', 2, 8],
  ['Standard_B2pls_v2', 2, 4],
  ['Standard_D4pds_v6', 4, 16],
  ['Standard_D4als_v6', 4, 8],
  ['Standard_E2s_v5', 2, 16],
])('%s has %i cores and %i GiB', (size, cores, memory) => {
  expect(azureMachine(size)).toEqual({milliCores: cores * 1000, memory: memory * 2 ** 30})
})

test.each([
  ['e2-standard-2', 2, 8],
  ['e2-highcpu-4', 4, 4],
  ['n2-highmem-2', 2, 16],
  ['t2a-standard-2', 2, 8],
])('%s has %i cores and %i GiB', (type, cores, memory) => {
  expect(googleMachine(type)).toEqual({milliCores: cores * 1000, memory: memory * 2 ** 30})
})

test('a size that does not say what it has is not guessed', () => {
  for (const size of ['Standard_B2pts_v2', 'Standard_DS2_v2', 'Standard_D2_v2', 'Standard_E4-2s_v5', 'Standard_F4s_v2'])
    expect([size, azureMachine(size)]).toEqual([size, undefined])
  for (const type of ['e2-medium', 'n1-standard-1', 'e2-standard-x', 'c4-standard-2'])
    expect([type, googleMachine(type)]).toEqual([type, undefined])
  expect(allowanceOf('aks', {node_size: 'Standard_F4s_v2'})).toBeUndefined()
  expect(allowanceOf('gke', {machine_type: 'e2-medium'})).toBeUndefined()
})

test('variables count before the defaults', () => {
  expect(allowanceOf('oke', {node_ocpus: '1', node_memory_gbs: '6'})).toMatchObject({
    nodes: 2,
    nodeMilliCores: 1000,
    nodeMemory: 6 * 2 ** 30,
  })
  expect(allowanceOf('aks', {node_count: '5', node_disk_gb: '30'})).toMatchObject({nodes: 5, bootVolume: 30e9})
})

test('what the kubelet keeps is what the documents of the clouds say', () => {
  const pods = {aks: [500, 1220], gke: [425, 610]} as const
  const kubelet = (target: 'aks' | 'gke', size: string): number[] => {
    const {reservedMilliCores, reservedMemory} = allowanceOf(target, {node_size: size, machine_type: size})!
    const [cpu, mib] = pods[target]
    return [reservedMilliCores - cpu, gib(reservedMemory - (mib + 100) * 2 ** 20)]
  }
  expect(kubelet('aks', 'Standard_B2ps_v2')).toEqual([100, 2])
  // 5,050 MB are less than a quarter of 32 GiB.
  expect(kubelet('aks', 'Standard_D8s_v5')).toEqual([180, gib(5050e6)])
  expect(kubelet('gke', 'e2-standard-2')).toEqual([70, 1.8])
  // The example of Google's page: 3920m and 13,498,416 KiB are left of an e2-standard-4.
  expect(kubelet('gke', 'e2-standard-4')).toEqual([80, 2.6])
})
