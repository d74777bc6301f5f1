import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import {useCloud} from './testing/use-cloud.ts'

vi.setConfig({testTimeout: 300_000})

const {cloudOf, log, said, settings, todo5} = useCloud()

describe('whether it fits into nodes that are paid for', () => {
  test('the table of --dry-run', async () => {
    await cloudOf('aks')
    const text = await said('deploy aks --kafka strimzi --dry-run', {tty: 80})
    expect(text.split(/\n +1 {2}look/u)[0]).toMatchInlineSnapshot(`
      "PART              ITEM                     PODS    CPU     MEMORY     DISK  LB
      nodes             kubelet and system pods     –  2610m  10884 MiB   192 GB   –
      dapr              dapr-operator               3    60m    192 MiB        –   –
      dapr              dapr-sentry                 3    30m     96 MiB        –   –
      dapr              dapr-sidecar-injector       3    30m     96 MiB        –   –
      dapr              dapr-scheduler-server       3   150m    384 MiB   6.4 GB   –
      external-secrets  external-secrets            1    30m    192 MiB        –   –
      strimzi           strimzi                     1   200m    384 MiB        –   –
      kafka             one                         1   200m   1024 MiB  10.7 GB   –
      kafka             todo5                       2    50m    432 MiB        –   –
      monitoring        monitoring                  1   400m   2048 MiB        –   –
      todo5             task-service                1    75m    224 MiB        –   –
      todo5             chat-api                    1    75m    224 MiB        –   –
      roll-out          pods on top                 8   820m   3200 MiB        –   –
      CPU 4.7 cores of 6 cores
      memory 18.9 GiB of 24 GiB
      disk 209.2 GB, paid for
      "
    `)
    expect(text).toContain('(exit 0)')
    // Only OKE has a class of storage on the disks of the nodes.
    expect(text.replaceAll(/\s+/gu, ' ')).toContain('strimzi.yaml, on volumes of the cloud')
  })

  test('what does not fit is refused before anything is planned, and the biggest item is named', async () => {
    const world = await cloudOf('gke', {replicas: 30})
    expect(await said('deploy gke --yes')).toMatchInlineSnapshot(`
      "| Error: This does not fit into what there is: CPU 9 cores of 6 cores, most of it todo5
      |        deployment/task-service (2.3 cores); memory 29.8 GiB of 24 GiB, most of it todo5
      |        deployment/task-service (6.6 GiB).  [over_capacity, exit 4]
      | Try:   docs/cloud.md        what fits, and what can be left out
      (exit 4)"
    `)
    expect((await log()).filter((line) => line.startsWith('terraform'))).toEqual([])
    // More nodes in the settings, and it does.
    await writeFile(join(settings('gke'), 'terraform.tfvars'), 'node_count = 6\n')
    expect((await todo5('deploy gke --dry-run')).code).toBe(0)
    await world.change((state) => (state.replicas = 1))
    await writeFile(join(settings('gke'), 'terraform.tfvars'), 'node_count = 1\n')
    expect(await said('deploy gke --dry-run')).toContain('[over_capacity, exit 4]')
  })

  test('nodes of a size that todo5 does not know are not counted, and it says so', async () => {
    await cloudOf('aks')
    await writeFile(join(settings('aks'), 'terraform.tfvars'), 'node_size = "Standard_F4s_v2"\n')
    const text = await said('deploy aks --dry-run')
    expect(text).toContain('todo5 does not know how big nodes of this size are')
    const {code, stdout} = await todo5('deploy aks --dry-run --json')
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({capacity: null})])
  })
})
