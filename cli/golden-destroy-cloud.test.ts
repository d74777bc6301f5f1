import {readFile, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import {TARGETS, useCloud} from './testing/use-cloud.ts'

vi.setConfig({testTimeout: 300_000})

const bench = useCloud()
const {cloudOf, log, said, todo5} = bench

const THERE = {
  oke: ['oci_core_vcn.this', 'oci_containerengine_cluster.this'],
  aks: ['azurerm_resource_group.this', 'azurerm_kubernetes_cluster.this'],
  gke: ['google_compute_network.this', 'google_container_cluster.this'],
}

describe('destroy of a cloud', () => {
  test('what Kubernetes has made goes first, then what Terraform has', async () => {
    const world = await cloudOf('oke', {resources: THERE.oke, loadBalancers: ['web/edge', 'other/front']})
    expect(await said('destroy oke --confirm oke-production')).toMatchInlineSnapshot(`
      "✔ oke-production is gone: 2 resources
      | ✔ plan      what would be destroyed of oke-production  T
      |   - oci_core_vcn.this  destroy
      |   - oci_containerengine_cluster.this  destroy
      |   Terraform: 2 to destroy.
      | ✔ kubectl   the context oke-production  T
      | ✔ todo5     todo5, its secrets and its Kafka in the cluster  T
      | ✔ edges     load balancers that Kubernetes has made  T
      | ✔ beside    Dapr, External Secrets and Strimzi, with their volumes  T
      | ✔ apply     destroy oke-production  T
      (exit 0)"
    `)
    const state = await world.state()
    expect([state.resources, state.loadBalancers]).toEqual([[], []])
    const ran = await log()
    const place = (words: string): number => ran.findIndex((line) => line.startsWith(words))
    expect(place('helm uninstall todo5 ')).toBeGreaterThan(place('terraform'))
    expect(place('kubectl delete service front')).toBeGreaterThan(place('helm uninstall todo5 '))
    expect(ran.at(-1)).toMatch(/^terraform \S+ apply /u)
    await expect(stat(join(bench.home, 'state', 'cloud', 'oke-production', 'kubeconfig'))).rejects.toThrow('ENOENT')
    expect(await said('destroy oke --confirm oke-production')).toContain('oke-production is not there.')
  })

  test('its name has to be typed, and --yes there is none', async () => {
    await cloudOf('oke', {resources: THERE.oke})
    expect(await said('destroy oke')).toMatchInlineSnapshot(`
      "| Error: This destroys oke-production, so it has to be confirmed by its name.
      |        [confirmation_needed, exit 2]
      | Try:   todo5 destroy oke --env production --confirm oke-production
      (exit 2)"
    `)
    expect(await said('destroy oke --yes')).toContain('(exit 2)')
    expect(await said('destroy oke --confirm oke')).toContain('[wrong_name, exit 2]')
    expect(await said('destroy oke', {tty: 50, answer: 'yes'})).toMatchInlineSnapshot(`
      "|   plan      what would be destroyed of
      |     oke-production …
      | ✔ plan      what would be destroyed of
      |   oke-production  T
      |   - oci_core_vcn.this  destroy
      |   - oci_containerengine_cluster.this  destroy
      |   Terraform: 2 to destroy.
      |   in the cluster: todo5 and all that it keeps there,
      |   Dapr, External Secrets, load balancers, volumes
      |   of Terraform: 2 to destroy
      | Type oke-production to destroy all of it: 
      | Error: Nothing was destroyed.
      |        [not_confirmed, exit 4]
      (exit 4)"
    `)
    expect((await log()).filter((line) => /apply|uninstall|delete/u.test(line))).toEqual([])
    expect((await todo5('destroy oke', {tty: 80, answer: 'oke-production'})).code).toBe(0)
  })

  test.each(TARGETS)('%s: the steps of --dry-run are the steps that run', async (target) => {
    await cloudOf(target, {resources: THERE[target]})
    const {steps} = JSON.parse((await todo5(`destroy ${target} --dry-run --json`)).stdout) as {steps: string[]}
    expect(await log()).toEqual([])
    expect((await todo5(`destroy ${target} --confirm ${target}-production`)).code).toBe(0)
    const programs = /^(terraform|oci|az|gcloud|helm|kubectl) /u
    const bare = (line: string): string =>
      bench
        .plain(line)
        .replace(/ {2,}.*$/u, '')
        .replace(/, and .*$/u, '')
    const promised = steps.map(bare).filter((step) => programs.test(step))
    const ran = (await log()).map(bare).filter((line) => programs.test(line) && !line.includes(' show -json'))
    expect(ran).toEqual(promised)
  })

  test.each(['helm uninstall todo5 ', 'kubectl delete namespace', 'kubectl get services', 'apply'])(
    '%s fails: it says that part may be gone, and a repetition goes on',
    async (step) => {
      const world = await cloudOf('gke', {resources: THERE.gke, failing: {[step]: 'Error: it went wrong'}})
      const {code, stderr} = await todo5('destroy gke --confirm gke-production')
      expect([code, stderr]).toEqual([5, expect.stringContaining('part of gke-production may be gone')])
      expect((await world.state()).resources).toEqual(THERE.gke)
      await world.change((state) => (state.failing = {}))
      expect((await todo5('destroy gke --confirm gke-production')).code).toBe(0)
    },
  )

  test('Ctrl-C: Terraform gives back its lock', async () => {
    await cloudOf('aks', {resources: THERE.aks, failing: {apply: 'hang'}})
    const running = todo5('destroy aks --confirm aks-production')
    await vi.waitFor(async () => expect(await log()).toContain('terraform hangs'), {timeout: 90_000})
    process.emit('SIGINT')
    expect((await running).code).toBe(130)
    expect(await log()).toContain('terraform interrupted 1 time(s), lock released')
  })

  test('a cluster that is away is left out when somebody says so', async () => {
    await cloudOf('aks', {resources: THERE.aks, failing: {'helm ': 'no route', 'kubectl ': 'no route'}})
    expect((await todo5('destroy aks --confirm aks-production --skip-cluster')).code).toBe(0)
  })
})

describe('what was deployed is found again', () => {
  test('status, releases and the way back, without naming the kubeconfig', async () => {
    await cloudOf('oke')
    expect(await said('status oke')).toMatchInlineSnapshot(`
      "oke-production: nothing was made from here
      | todo5 deploy oke --env production        brings it there
      (exit 4)"
    `)
    for (const tag of ['1.4.0', '1.5.0']) expect((await todo5(`deploy oke --yes --image-tag ${tag}`)).code).toBe(0)
    expect(await said('status oke')).toMatchInlineSnapshot(`
      "oke-production: running   (namespace todo5, revision 2)
        ✔ chat-api  1 of 1  todo5:1.5.0
        App   https://192.0.2.7
      (exit 0)"
    `)
    expect(JSON.parse((await todo5('status oke --json')).stdout)).toMatchObject({
      target: 'oke',
      environment: 'production',
      state: 'running',
      revision: 2,
    })
    expect(await said('release list oke')).toContain('todo5:1.5.0')
    expect(await said('rollback oke')).toContain('oke runs todo5:1.4.0 again, revision 3 (as 1)')
    const config = await readFile(join(bench.home, 'state', 'cloud', 'oke-production', 'kubeconfig'), 'utf8')
    expect(config).not.toMatch(/token:|client-key/u)
    expect(await said('release list oke --env staging')).toContain('[kube_context_needed, exit 2]')
  })
})
