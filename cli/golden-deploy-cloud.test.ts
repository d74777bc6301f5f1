import {mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import {TARGETS, useCloud} from './testing/use-cloud.ts'
import {VAULTS} from './tools/fake/cloud-world.ts'

vi.setConfig({testTimeout: 300_000})

const bench = useCloud()
const {cloudOf, log, plain, said, settings, todo5} = bench

describe('deploy to a cloud', () => {
  test('from an account to a todo5 that works', async () => {
    const world = await cloudOf('oke')
    expect(await said('deploy oke --image-tag 1.5.0 --yes')).toMatchInlineSnapshot(`
      "✔ oke-production runs todo5:1.5.0, revision 1
        App         https://192.0.2.7
        kubeconfig  ~/state/cloud/oke-production/kubeconfig
      | ✔ plan      what oke-production needs  T
      |   + oci_core_vcn.this  make
      |   + oci_containerengine_cluster.this  make
      |   + oci_containerengine_node_pool.this  make
      |   + oci_kms_vault.this  make
      |   Terraform: 4 to create.
      | ✔ apply     make it so  T
      | ✔ kubectl   the context oke-production  T
      | ✔ storage   volumes on the disks of the nodes  T
      | ✔ dapr      Dapr 1.18.5, three of each part, with mTLS  T
      | ✔ secrets   External Secrets, and the Secrets out of the vault  T
      | ✔ topics    the topics of todo5  T
      | ✔ release   todo5:1.5.0 as revision 1  T
      | ✔ verified  services rolled out, and in use  T
      | ✔ noted     todo5:1.5.0 is good  T
      (exit 0)"
    `)
    expect((await world.state()).resources).toContain('oci_containerengine_cluster.this')
    expect((await bench.cluster.state()).revisions.map(({image, status}) => `${status} ${image}`)).toEqual([
      'deployed todo5:1.5.0',
    ])
    const kubeconfig = join(bench.home, 'state', 'cloud', 'oke-production', 'kubeconfig')
    expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600)
    expect(await readFile(kubeconfig, 'utf8')).toContain('current-context: oke-production')
    expect((await stat(join(bench.home, 'state', 'cloud', 'oke-production'))).mode & 0o777).toBe(0o700)
    // The plan may hold what is sensitive.
    await expect(stat(join(bench.home, 'state', 'cloud', 'oke-production', 'plan'))).rejects.toThrow('ENOENT')
  })

  test.each(TARGETS)(
    '%s: what --dry-run prints is what runs; it needs no account, no settings and no provider',
    async (target) => {
      const world = await cloudOf(target)
      await rm(settings(target), {recursive: true})
      await world.change((state) => {
        state.signedIn = false
        state.failing = {init: 'no provider', plan: 'no account', 'kubectl ': 'no cluster'}
      })
      const {stdout, code} = await todo5(`deploy ${target} --image-tag 1.5.0 --dry-run --json`)
      expect(code).toBe(0)
      const {steps, capacity} = JSON.parse(stdout) as {steps: string[]; capacity: {items: object[]}}
      expect(capacity.items.length).toBeGreaterThan(5)
      expect((await log()).filter((line) => !line.startsWith('helm template'))).toEqual([])
      await rm(join(bench.machine.root, 'log'), {force: true})

      await mkdir(settings(target), {recursive: true})
      await writeFile(join(settings(target), 'terraform.tfvars'), 'region = "x"\n')
      await writeFile(join(settings(target), 'backend.tf'), 'terraform {\n}\n')
      await world.change((state) => Object.assign(state, {signedIn: true, failing: {}}))
      expect((await todo5(`deploy ${target} --image-tag 1.5.0 --yes`)).code).toBe(0)
      const programs = /^(terraform|oci|az|gcloud|helm (upgrade|show)|kubectl (apply|wait|rollout))\b/u
      const bare = (line: string): string =>
        plain(line)
          .replace(/ {2,}.*$/u, '')
          .replace(/, (and|unless) .*$/u, '')
          .replace(/ > .*$/u, '')
          .replaceAll(/VAULT\.(\w+)/gu, (_, name: string) => VAULTS[target]![name]!)
          .replaceAll("'", '')
      const promised = steps.map(bare).filter((step) => programs.test(step))
      const ran = (await log())
        .map(bare)
        .filter(
          (line) => programs.test(line) && !/dry-run|release-notes|topics\.json|notes\.json|todo5-note/u.test(line),
        )
      // Asked before the plan is shown, and no step of its own.
      expect(ran.filter((line) => !line.includes(' show -json'))).toEqual(promised)
      expect(promised.length).toBeGreaterThan(12)
    },
  )

  test('the Job in the cluster says that it does not work: it is not good', async () => {
    const world = await cloudOf('gke', {verified: false})
    expect(await said('deploy gke --yes --image-tag 1.5.0')).toContain('No next occurrence came within 60 s')
    expect((await log()).some((line) => line.startsWith('kubectl create --filename'))).toBe(true)
    // One that has no such Job is used by a forwarded port.
    await world.change((state) => (state.hasJob = false))
    expect((await todo5('deploy gke --yes --image-tag 1.6.0')).code).toBe(0)
    expect((await log()).some((line) => line.startsWith('kubectl port-forward'))).toBe(true)
  })

  test('the table of --dry-run, at 80 and 50 columns', async () => {
    await cloudOf('oke')
    const table = async (tty: number): Promise<string> =>
      (await said('deploy oke --kafka strimzi --dry-run', {tty})).split(/\n +1 {2}look/u)[0]!
    expect(await table(80)).toMatchInlineSnapshot(`
      "PART              ITEM                     PODS   CPU    MEMORY    DISK  LB
      nodes             kubelet and system pods     –  700m  5310 MiB  100 GB   –
      terraform         load balancer               –     –         –       –   1
      dapr              dapr-operator               3   60m   192 MiB       –   –
      dapr              dapr-sentry                 3   30m    96 MiB       –   –
      dapr              dapr-sidecar-injector       3   30m    96 MiB       –   –
      dapr              dapr-scheduler-server       3  150m   384 MiB       –   –
      external-secrets  external-secrets            1   30m   192 MiB       –   –
      strimzi           strimzi                     1  200m   384 MiB       –   –
      kafka             one                         1  200m  1024 MiB       –   –
      kafka             todo5                       2   50m   432 MiB       –   –
      monitoring        monitoring                  1  400m  2048 MiB       –   –
      todo5             task-service                1   75m   224 MiB       –   –
      todo5             chat-api                    1   75m   224 MiB       –   –
      roll-out          pods on top                 8  820m  3200 MiB       –   –
      CPU 2.8 cores of 4 cores
      memory 13.5 GiB of 24 GiB
      disk 100 GB of 200 GB
      load balancers 1 of 1
      "
    `)
    expect(await table(50)).toMatchInlineSnapshot(`
      "PART          ITEM           CPU    MEMORY    DISK
      nodes         kubelet and…  700m  5310 MiB  100 GB
      terraform     load balanc…     –         –       –
      dapr          dapr-operat…   60m   192 MiB       –
      dapr          dapr-sentry    30m    96 MiB       –
      dapr          dapr-sideca…   30m    96 MiB       –
      dapr          dapr-schedu…  150m   384 MiB       –
      external-se…  external-se…   30m   192 MiB       –
      strimzi       strimzi       200m   384 MiB       –
      kafka         one           200m  1024 MiB       –
      kafka         todo5          50m   432 MiB       –
      monitoring    monitoring    400m  2048 MiB       –
      todo5         task-service   75m   224 MiB       –
      todo5         chat-api       75m   224 MiB       –
      roll-out      pods on top   820m  3200 MiB       –
      CPU 2.8 cores of 4 cores
      memory 13.5 GiB of 24 GiB
      disk 100 GB of 200 GB
      load balancers 1 of 1
      "
    `)
  })

  test('what does not fit is refused before anything is planned, and the biggest item is named', async () => {
    const world = await cloudOf('oke', {replicas: 20})
    expect(await said('deploy oke --yes')).toMatchInlineSnapshot(`
      "| Error: This does not fit into what there is: CPU 5.6 cores of 4 cores, most of it todo5
      |        deployment/task-service (1.5 cores).  [over_capacity, exit 4]
      | Try:   docs/cloud.md        what fits, and what can be left out
      (exit 4)"
    `)
    expect(await said('deploy oke --dry-run --json')).toContain('"code": "over_capacity"')
    expect((await log()).filter((line) => line.startsWith('terraform'))).toEqual([])
    // Half of it, as new accounts are said to get: without the monitoring it fits.
    await world.change((state) => (state.replicas = 2))
    await writeFile(join(settings('oke'), 'terraform.tfvars'), 'node_ocpus = 1 # of two\nnode_memory_gbs = 6\n')
    expect(await said('deploy oke --dry-run')).toContain('[over_capacity, exit 4]')
    expect((await todo5('deploy oke --dry-run --no-monitoring')).code).toBe(0)
  })

  test.each(TARGETS)('%s: nobody is signed in', async (target) => {
    await cloudOf(target, {signedIn: false})
    const {code, stderr} = await todo5(`deploy ${target} --yes`)
    expect(code).toBe(4)
    expect(stderr).toContain('is not signed in to')
    expect(stderr).toContain(
      {oke: 'oci setup config', aks: 'az login', gke: 'gcloud auth application-default login'}[target],
    )
    expect((await log()).some((line) => line.startsWith('terraform'))).toBe(false)
  })

  test('what is missing before anything can begin', async () => {
    await cloudOf('gke')
    await rm(join(bench.machine.bin, 'gke-gcloud-auth-plugin'))
    expect(await said('deploy gke --yes')).toContain('gcloud components install gke-gcloud-auth-plugin')
    await rm(join(settings('gke'), 'backend.tf'))
    await bench.machine.program('gke-gcloud-auth-plugin', '')
    expect(await said('deploy gke --yes')).toContain('[backend_missing, exit 4]')
    await rm(bench.machine.root + '/log')
    await rm(settings('gke'), {recursive: true})
    await bench.machine.program('gke-gcloud-auth-plugin', '')
    expect(await said('deploy gke --yes')).toContain('[settings_missing, exit 4]')
    expect(await said('deploy gke')).toMatchInlineSnapshot(`
      "| Error: Nobody is there who could confirm what Terraform would do to gke-production.
      |        [confirmation_needed, exit 2]
      | Try:   todo5 deploy gke --env production --yes        confirms it, unless something is destroyed
      |        todo5 deploy gke --env production --dry-run        shows the steps
      (exit 2)"
    `)
    expect(await log()).toEqual([])
  })

  describe('the plan is confirmed', () => {
    const there = [
      'oci_core_vcn.this',
      'oci_containerengine_cluster.this',
      'oci_containerengine_node_pool.this',
      'oci_kms_vault.this',
    ]
    const applied = async (): Promise<boolean> => (await log()).some((line) => line.includes('/module apply '))

    test('by yes, and by nothing else', async () => {
      await cloudOf('oke')
      expect(await said('deploy oke', {tty: 80, answer: 'n'})).toContain('[not_confirmed, exit 4]')
      expect(await applied()).toBe(false)
      expect((await todo5('deploy oke', {tty: 80, answer: 'y'})).code).toBe(0)
      expect(await applied()).toBe(true)
    })

    test('not at all, when there is nothing to do', async () => {
      await cloudOf('oke', {resources: there})
      expect(await said('deploy oke', {tty: 80, answer: 'n'})).toContain('(exit 0)')
      expect(await applied()).toBe(false)
    })

    test('by its name, when a cluster would be lost: --yes is not enough', async () => {
      const lost = {resources: there, planned: {'oci_containerengine_cluster.this': ['delete', 'create']}}
      const world = await cloudOf('oke', lost)
      expect(await said('deploy oke --yes')).toMatchInlineSnapshot(`
        "| ✔ plan      what oke-production needs  T
        |   ± oci_containerengine_cluster.this  destroy, make anew
        |   Terraform: 1 to destroy and make anew.
        | Error: Terraform would destroy what holds data or carries the rest:
        |        oci_containerengine_cluster.this. --yes does not confirm that.  [confirmation_needed, exit 2]
        | Try:   todo5 deploy oke --env production --confirm oke-production
        (exit 2)"
      `)
      expect(await said('deploy oke --yes', {tty: 80, answer: 'y'})).toContain('[not_confirmed, exit 4]')
      expect(await said('deploy oke --confirm oke-staging', {tty: 80, answer: 'y'})).toContain('[wrong_name, exit 2]')
      expect(await applied()).toBe(false)
      expect((await todo5('deploy oke --confirm oke-production')).code).toBe(0)
      await world.change((state) => Object.assign(state, lost))
      expect((await todo5('deploy oke', {tty: 80, answer: 'oke-production'})).code).toBe(0)
    })
  })

  test('somebody else holds the lock of the state', async () => {
    const held = `╷
│ Error: Error acquiring the state lock
│ 
│ Error message: state blob is already locked
│ Lock Info:
│   ID:        3d20d141-88c4
│   Path:      oke/production.tfstate
│   Operation: OperationTypeApply
│   Who:       ann@laptop
│   Version:   1.11.4
│   Created:   2026-11-20 08:10:45.004096153 +0000 UTC
│   Info:      
╵`
    await cloudOf('oke', {failing: {plan: held}})
    expect(await said('deploy oke --yes')).toMatchInlineSnapshot(`
      "| ✖ plan      The state of Terraform is locked: ann@laptop applies a plan (since 2026-11-20 08:10 UTC). Nothing was changed  T
      | Error: The state of Terraform is locked: ann@laptop applies a plan (since 2026-11-20 08:10 UTC).
      |        Nothing was changed.  [state_locked, exit 4]
      | Try:   wait until that is finished, and try again
      |        terraform -chdir=~/state/cloud/oke-production/module force-unlock
      |        3d20d141-88c4        only when whoever held it has ended
      (exit 4)"
    `)
  })

  test('a run of GitHub gets a summary: of what was deployed, and of what failed', async () => {
    const world = await cloudOf('oke')
    const file = join(bench.home, 'summary.md')
    const env = {GITHUB_STEP_SUMMARY: file}
    expect((await todo5('deploy oke --yes --image-tag 1.5.0', {env})).code).toBe(0)
    await bench.cluster.change((state) => void state.silent.push(2))
    expect((await todo5('deploy oke --yes --image-tag 1.6.0', {env})).code).toBe(5)
    await world.change(
      (state) =>
        void (state.failing['kubectl wait'] = 'error: timed out waiting for the condition on externalsecrets/kafka'),
    )
    expect((await todo5('deploy oke --yes --image-tag 1.6.0', {env})).code).toBe(5)
    expect(plain(await readFile(file, 'utf8')).replaceAll(/\d:\d\d/gu, 'T')).toMatchInlineSnapshot(`
      "### ✅ oke-production runs \`todo5:1.5.0\`

      | | |
      |---|---|
      | revision | 1, verified and noted as good |
      | Terraform | 4 to create |
      | reached at | https://192.0.2.7 |
      | took | T |

      ### ↩️ oke-production went back

      | | |
      |---|---|
      | Terraform | nothing to change |
      | error | \`rolled_back\` |


      The deploy failed: chat-api does not answer: no endpoints available for service "chat-api". oke runs todo5:1.5.0 again, revision 3.

      Next:

      - \`todo5 release show oke 2\`
      ### ❌ oke-production: the deploy failed

      | | |
      |---|---|
      | Terraform | nothing to change |
      | error | \`program_failed\` |


      The deploy failed at secrets: timed out waiting for the condition on externalsecrets/kafka; todo5 in oke-production is as it was.

      \`\`\`text
        error: timed out waiting for the condition on externalsecrets/kafka
      \`\`\`

      Next:

      - \`todo5 secret check --target oke --env production\`
      - \`todo5 secret set NAME --target oke --env production\`
      - kubectl wait externalsecrets.external-secrets.io --all --for=condition=Ready --timeout=120s --namespace=todo5 --context=oke-production\`
      - \`todo5 deploy oke --env production\`
      "
    `)
  })
})
