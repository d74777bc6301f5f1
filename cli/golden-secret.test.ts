import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {FakeSecrets, ofCloud, type SecretsState} from './operations/secrets/testing/fake-secrets.ts'
import {runCli, type RunOptions, transcript} from './testing/run-cli.ts'
import {TestMachine} from './toolchain/testing/test-machine.ts'

// The programs of these machines are processes of Node: 50 ms each, or seconds beside a build.
vi.setConfig({testTimeout: 300_000})

const PLANTED = 'Pl4nted-v4lue-of-a-secret-0123456789'

const OCI = {
  oracle: {
    vault: 'ocid1.vault.oc1..v',
    region: 'eu-frankfurt-1',
    principalType: 'InstancePrincipal',
    compartment: 'ocid1.compartment.oc1..c',
    encryptionKey: 'ocid1.key.oc1..k',
  },
}
const AZURE = {azurekv: {vaultUrl: 'https://todo5-x.vault.azure.net/', tenantId: 't', authType: 'WorkloadIdentity'}}
const GOOGLE = {gcpsm: {projectID: 'p'}}
const NAMESPACE = {kubernetes: {remoteNamespace: 'vault'}}

let machine: TestMachine
let home: string
let world: FakeSecrets
let all: string
beforeEach(async () => {
  machine = await TestMachine.make()
  home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
  all = ''
})
/** Whatever a test did: no value of any secret was printed, nor given to a program as an argument. */
afterEach(async () => {
  const {secrets, vault} = await world.state()
  const values = [...Object.values(secrets).flatMap(({values: own}) => Object.values(own)), PLANTED]
  const texts = [...values, ...Object.values(vault).map(({text}) => text)]
  const seen = `${all}\n${await machine.log()}`
  const usual = ['', 'smtp://mailbox:2525', 'todo5']
  for (const text of texts.filter((one) => !usual.includes(one))) {
    for (const form of [text, Buffer.from(text).toString('base64'), encodeURIComponent(text)])
      expect(seen).not.toContain(form)
  }
  await machine.remove()
  await rm(home, {recursive: true, force: true})
})

const cluster = async (state: Partial<SecretsState> = {}): Promise<void> =>
  void (world = await FakeSecrets.on(machine, state))
async function todo5(line: string, options: RunOptions = {}) {
  const result = await runCli(line.split(' '), {env: {PATH: machine.bin, TODO5_HOME: home}, home, ...options})
  all += result.stdout + result.stderr
  return result
}
const said = async (line: string, options: RunOptions = {}): Promise<string> =>
  transcript(await todo5(line, options)).replaceAll(/todo5-secret-\w+/gu, 'F')
const valueOf = async (name: string, key: string): Promise<string | undefined> =>
  (await world.state()).secrets[name]?.values[key]
const changes = async (): Promise<string[]> =>
  (await machine.log())
    .split('\n')
    .filter((line) =>
      /^kubectl (?!get)|^(oci vault secret (update|create)|az keyvault secret set|gcloud secrets (create|versions add))/u.test(
        line,
      ),
    )
    .map((line) =>
      line
        .replaceAll(/\/\S*todo5-secret-\w+/gu, '/F')
        .replaceAll(/force-sync=\d+/gu, 'force-sync=NOW')
        .replaceAll(/ --(namespace|context|request-timeout)=\S+/gu, ''),
    )

describe('list', () => {
  test('where each is kept, how old it is, who reads it, and whether they have it', async () => {
    await cluster()
    expect(await said('secret list', {tty: 80})).toMatchInlineSnapshot(`
      "SECRET                  KEPT IN  CHANGED          STATE    READ BY
      task-service            cluster  19 Nov 09:00:00  in step  task-service
      recurring-task-service  cluster  19 Nov 09:00:00  in step  recurring-task-servi…
      notification-service    cluster  19 Nov 09:00:00  in step  notification-service
      audit-service           cluster  19 Nov 09:00:00  in step  audit-service
      chat-api                cluster  19 Nov 09:00:00  in step  chat-api
      migrate                 cluster  19 Nov 09:00:00  in step
      statestore-postgresql   cluster  19 Nov 09:00:00  in step  chat-api
      postgresql              cluster  19 Nov 09:00:00  in step
      (exit 0)"
    `)
    expect(await said('secret list', {tty: 50})).toMatchInlineSnapshot(`
      "SECRET                  KEPT IN  STATE
      task-service            cluster  in step
      recurring-task-service  cluster  in step
      notification-service    cluster  in step
      audit-service           cluster  in step
      chat-api                cluster  in step
      migrate                 cluster  in step
      statestore-postgresql   cluster  in step
      postgresql              cluster  in step
      (exit 0)"
    `)
    const {stdout} = await todo5('secret list --json')
    const {secrets} = JSON.parse(stdout) as {secrets: object[]}
    expect(secrets[0]).toEqual({
      name: 'task-service',
      keys: ['DATABASE_URL', 'token'],
      source: 'cluster',
      changed_at: '2026-11-19T08:00:00.000Z',
      vault_changed_at: null,
      read_by: ['task-service'],
      state: 'in_step',
    })
  })

  test('what is not in step is said', async () => {
    const state = ofCloud(GOOGLE, 'todo5-production-')
    delete state.secrets!['migrate']
    state.secrets!['audit-service']!.values = {token: 'x'.repeat(20)}
    state.secrets!['chat-api']!.at = '2026-11-19T10:00:00Z'
    state.vault!['todo5-production-task-service']!.at = '2026-11-20T08:00:00Z'
    await cluster({...state, stuck: ['kafka']})
    expect(await said('secret list --target gke --kube-context x')).toMatchInlineSnapshot(`
      "SECRET                  KEPT IN         CHANGED                 STATE                       READ BY
      task-service            Secret Manager  2026-11-19 09:00+01:00  newer in the vault          task-service
      recurring-task-service  Secret Manager  2026-11-19 09:00+01:00  in step                     recurring-task-service
      notification-service    Secret Manager  2026-11-19 09:00+01:00  in step                     notification-service
      audit-service           Secret Manager  2026-11-19 09:00+01:00  a key is missing            audit-service
      chat-api                Secret Manager  2026-11-19 11:00+01:00  pods have the one before    chat-api
      migrate                 Secret Manager                          missing
      statestore-postgresql   Secret Manager  2026-11-19 09:00+01:00  in step                     chat-api
      kafka                   Secret Manager  2026-11-19 09:00+01:00  not brought from the vault  all services
      | todo5 secret check        says what is missing
      (exit 0)"
    `)
  })

  test('a vault that does not answer is a warning, a cluster that does not an error', async () => {
    await cluster({...ofCloud(AZURE), vaultAway: true})
    const {code, stderr} = await todo5('secret list --target aks --kube-context x')
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('The vault was not asked: az keyvault secret show failed'),
    ])
    await cluster({away: true})
    expect(await said('secret list --target my-context')).toMatchInlineSnapshot(`
      "| Error: my-context does not answer: Unable to connect to the server: dial tcp 10.0.0.1:443: i/o
      |        timeout  [cluster_unreachable, exit 6]
      | Try:   kubectl --context my-context cluster-info
      (exit 6)"
    `)
  })
})

describe('set', () => {
  test('from standard input, into the cluster; who reads it is restarted', async () => {
    await cluster()
    expect(await said('secret set MODEL_KEY', {input: `${PLANTED}\n`})).toMatchInlineSnapshot(`
      "✔ chat-api/MODEL_KEY is new in minikube.
      | chat-api has it.
      (exit 0)"
    `)
    expect(await valueOf('chat-api', 'MODEL_KEY')).toBe(PLANTED)
    expect(await valueOf('chat-api', 'token')).toMatch(/.{16}/u)
    expect(await changes()).toMatchInlineSnapshot(`
      [
        "kubectl patch secret chat-api --type=merge --patch-file=/F/value --output=name",
        "kubectl rollout restart deployment/chat-api",
        "kubectl rollout status deployment/chat-api --timeout=300s",
      ]
    `)
  })

  test('typed unseen by a person, and not restarted when that is not wanted', async () => {
    await cluster()
    const {stderr} = await todo5('secret set MODEL_KEY --no-restart', {answer: PLANTED, tty: 80})
    expect(stderr).toContain('MODEL_KEY: ')
    expect(await valueOf('chat-api', 'MODEL_KEY')).toBe(PLANTED)
    expect((await changes()).join('\n')).not.toContain('rollout')
  })

  test('a URL of the database whose login is there already is used at once', async () => {
    await cluster()
    const url = `postgres://new:${PLANTED}@postgresql/todo5`
    const steps = await said('secret set task-service/DATABASE_URL --restart --dry-run')
    expect(steps).toContain('Would restart deployment/task-service.')
    expect(await said('secret set task-service/DATABASE_URL --restart', {input: url})).toMatchInlineSnapshot(`
      "✔ task-service/DATABASE_URL is new in minikube.
      | task-service has it.
      (exit 0)"
    `)
    expect((await changes()).join('\n')).toContain('kubectl rollout restart deployment/task-service')
  })

  test('a Secret that is not there is made', async () => {
    await cluster({secrets: {}})
    expect(await said('secret set migrate', {input: `postgres://a:${PLANTED}@postgresql/todo5`}))
      .toMatchInlineSnapshot(`
      "✔ migrate/DATABASE_URL is new in minikube.
      (exit 0)"
    `)
    expect(await valueOf('migrate', 'DATABASE_URL')).toContain(PLANTED)
  })

  test.each([
    ['oci', 'oke', OCI, ''],
    ['azure', 'aks', AZURE, ''],
    ['gcp', 'gke', GOOGLE, 'todo5-production-'],
    ['kubernetes', 'minikube', NAMESPACE, 'todo5-'],
  ])(
    '%s: into the vault, the other keys as they were, and from there into the cluster',
    async (source, target, provider, prefix) => {
      await cluster(ofCloud(provider, prefix))
      const {code, stdout} = await todo5(`secret set MODEL_KEY --target ${target} --kube-context x --json`, {
        input: PLANTED,
      })
      expect([code, JSON.parse(stdout)]).toEqual([
        0,
        {name: 'chat-api/MODEL_KEY', source, restarted: ['chat-api'], deploy_needed: false},
      ])
      const {vault, secrets} = await world.state()
      const written = JSON.parse(vault[`${prefix}chat-api`]!.text) as object
      expect(written).toEqual(secrets['chat-api']!.values)
      expect(written).toMatchObject({MODEL_KEY: PLANTED, BETTER_AUTH_SECRET: expect.any(String)})
      expect(await changes()).toMatchSnapshot('commands')
    },
  )

  test.each([
    ['oci', OCI],
    ['gcp', GOOGLE],
    ['kubernetes', NAMESPACE],
  ])('%s: a place that is not in the vault yet is made', async (_source, provider) => {
    const state = ofCloud(provider)
    delete state.vault!['kafka']
    delete state.secrets!['kafka']
    await cluster(state)
    expect(await said('secret set kafka/password --target oke --kube-context x', {input: PLANTED})).toContain(
      '(exit 0)',
    )
    expect(await valueOf('kafka', 'password')).toBe(PLANTED)
    expect((await changes()).filter((line) => !/annotate|rollout/u.test(line))).toMatchSnapshot('commands')
  })

  test('a URL of the database is not used before its login is made', async () => {
    await cluster()
    const url = `postgres://new:${PLANTED}@postgresql/todo5`
    expect(await said('secret set task-service/DATABASE_URL', {input: url})).toMatchInlineSnapshot(`
      "✔ task-service/DATABASE_URL is new in minikube.
      | The login has to be made before anybody uses it:
      | todo5 deploy minikube        makes it
      | kubectl rollout restart deployment/task-service --namespace todo5 --context todo5        then
      (exit 0)"
    `)
    expect((await changes()).join('\n')).not.toContain('rollout')
  })

  test('what cannot be right is refused, and nothing of it is said', async () => {
    await cluster()
    expect(await said('secret set SMTP_URL', {input: PLANTED})).toMatchInlineSnapshot(`
      "| Error: What was given for notification-service/SMTP_URL is no URL of a mail server, smtp://… or
      |        smtps://….  [malformed_secret, exit 2]
      (exit 2)"
    `)
    expect(await said('secret set chat-api/token', {input: 'short'})).toMatchInlineSnapshot(`
      "| Error: What was given for chat-api/token has less than 16 characters.  [malformed_secret, exit 2]
      (exit 2)"
    `)
    expect(await said('secret set token', {input: PLANTED})).toMatchInlineSnapshot(`
      "| Error: token is 5 secrets: say which.  [unknown_secret, exit 3]
      | Try:   one of task-service/token, recurring-task-service/token, notification-service/token,
      |        audit-service/token, chat-api/token
      (exit 3)"
    `)
    expect(await said('secret set SMTP_URL --generate')).toMatchInlineSnapshot(`
      "| Error: SMTP_URL is not random: todo5 cannot make it.  [not_random, exit 2]
      | Try:   todo5 secret set SMTP_URL < FILE
      (exit 2)"
    `)
    expect(await changes()).toEqual([])
  })

  test('--dry-run reads no value and changes nothing', async () => {
    await cluster(ofCloud(GOOGLE, 'todo5-production-'))
    expect(await said('secret set kafka/password --target gke --kube-context x --dry-run')).toMatchInlineSnapshot(`
      "Would write password into the secret todo5-production-kafka of the vault (gcp).
      Would let External Secrets bring it into the Secret kafka of todo5.
      Would restart deployment/task-service.
      Would restart deployment/recurring-task-service.
      Would restart deployment/notification-service.
      Would restart deployment/audit-service.
      Would restart deployment/chat-api.
      | Nothing was changed.
      (exit 0)"
    `)
    expect(await changes()).toEqual([])
  })

  test('what a program says when it fails is told without the values', async () => {
    await cluster({...ofCloud(AZURE), vaultAway: true})
    expect(await said('secret set MODEL_KEY --target aks --kube-context x', {input: PLANTED})).toMatchInlineSnapshot(`
      "|   not signed in, said while it had {"DATABASE_URL":"••••","token":"••••"}
      | Error: az keyvault secret show failed (exit code 1).  [vault_failed, exit 5]
      | Try:   az login        signs in
      (exit 5)"
    `)
  })
})

describe('rotate', () => {
  test('a token: service and sidecar get it together', async () => {
    await cluster()
    const before = await valueOf('task-service', 'token')
    expect(await said('secret rotate task-service/token')).toMatchInlineSnapshot(`
      "✔ task-service/token is new in minikube.
      | task-service was restarted.
      (exit 0)"
    `)
    const second = await valueOf('task-service', 'token')
    expect(second).not.toBe(before)

    const {code, stdout} = await todo5('secret rotate task-service/token --json')
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {name: 'task-service/token', source: 'cluster', restarted: ['task-service'], deploy_needed: false},
    ])
    expect(await valueOf('task-service', 'token')).not.toBe(second)
  })

  test('the mailbox, which reads the token of chat-api alone, is started anew with that alone', async () => {
    await cluster({pods: {'chat-api': '2026-11-19T09:00:00Z', mailbox: '2026-11-19T09:00:00Z'}})
    const restarted = async (line: string): Promise<unknown> => JSON.parse((await todo5(line)).stdout).restarted
    const chatApi = async (): Promise<unknown> => {
      const {secrets} = JSON.parse((await todo5('secret list --json')).stdout)
      return secrets.find(({name}: {name: string}) => name === 'chat-api').state
    }
    expect(await restarted('secret rotate BETTER_AUTH_SECRET --json')).toEqual(['chat-api'])
    expect(await chatApi()).toBe('in_step')
    expect(await restarted('secret rotate chat-api/token --json')).toEqual(['chat-api', 'mailbox'])
    expect(await chatApi()).toBe('in_step')
  })

  test('the secret of the sessions: all learn it before anybody uses it', async () => {
    await cluster(ofCloud(GOOGLE))
    const before = (await valueOf('chat-api', 'BETTER_AUTH_SECRET'))!
    expect(await said('secret rotate BETTER_AUTH_SECRET --target gke --kube-context x --dry-run'))
      .toMatchInlineSnapshot(`
      "Would write BETTER_AUTH_SECRET into the secret chat-api of the vault (gcp), as the next one, which is accepted and not used yet.
      Would let External Secrets bring it into the Secret chat-api of todo5.
      Would restart deployment/chat-api.
      Would write BETTER_AUTH_SECRET into the secret chat-api of the vault (gcp), in use; the one before is accepted until its sessions have ended, 30 days.
      Would let External Secrets bring it into the Secret chat-api of todo5.
      Would restart deployment/chat-api.
      | Nothing was changed.
      (exit 0)"
    `)
    expect(await said('secret rotate BETTER_AUTH_SECRET --target gke --kube-context x')).toMatchInlineSnapshot(`
      "✔ chat-api/BETTER_AUTH_SECRET is new in Secret Manager and gke.
      | chat-api was restarted.
      | chat-api was restarted.
      (exit 0)"
    `)
    const {seen} = await world.state()
    const keys = seen.map(
      ({BETTER_AUTH_SECRET: used, BETTER_AUTH_SECRET_NEXT: next, BETTER_AUTH_SECRET_PREVIOUS: last}) => ({
        used,
        next,
        last,
      }),
    )
    const made = keys[1]!.used
    expect(keys).toEqual([
      {used: before, next: made, last: undefined},
      {used: made, next: undefined, last: before},
    ])
    expect(made).not.toBe(before)
  })

  test('one that was broken off goes on with what some pods have learned', async () => {
    const state = ofCloud(GOOGLE)
    const chat = state.secrets!['chat-api']!.values
    Object.assign(chat, {BETTER_AUTH_SECRET_NEXT: PLANTED})
    state.vault!['chat-api']!.text = JSON.stringify(chat)
    await cluster(state)
    await todo5('secret rotate BETTER_AUTH_SECRET --target gke --kube-context x')
    expect(await valueOf('chat-api', 'BETTER_AUTH_SECRET')).toBe(PLANTED)
  })

  test.each([
    'PUSH_SECRET',
    'kafka/password',
    'task-service/DATABASE_URL',
    'chat-api/DATABASE_URL',
    'migrate/DATABASE_URL',
    'statestore-postgresql/connectionString',
    'DATABASE_URL',
    'BETTER_AUTH_SECRET_NEXT',
  ])('%s is not made by todo5, and why', async (name) => {
    await cluster(ofCloud(OCI))
    expect(await said(`secret rotate ${name} --target oke --kube-context x`)).toMatchSnapshot()
    expect(await changes()).toEqual([])
  })
})

describe('check', () => {
  test('all is there', async () => {
    await cluster()
    expect(await said('secret check')).toMatchInlineSnapshot(`
      "✔ minikube has all 16 secrets that todo5 needs.
      (exit 0)"
    `)
  })

  test('what is missing or cannot be right', async () => {
    const state = ofCloud(OCI)
    const {secrets} = state
    delete secrets!['migrate']
    secrets!['kafka']!.values = {brokers: `https://${PLANTED}`, username: '', password: PLANTED}
    secrets!['notification-service']!.values['SMTP_URL'] = `smtp:${PLANTED}`
    secrets!['task-service']!.values['DATABASE_URL'] = `postgres://a:${PLANTED}@db.example.org/todo5`
    secrets!['statestore-postgresql']!.values['connectionString'] = `postgres://a:${PLANTED}@postgresql/todo5`
    await cluster(state)
    expect(await said('secret check --target oke --kube-context x')).toMatchInlineSnapshot(`
      "✖ task-service/DATABASE_URL is not encrypted: add sslmode=require, or verify-full.
      ✖ notification-service/SMTP_URL is no URL of a mail server, smtp://… or smtps://….
      ✖ migrate/DATABASE_URL is missing.
      ✖ statestore-postgresql/connectionString has not the login, password and database of chat-api/DATABASE_URL.
      ✖ kafka/brokers is no list of HOST:PORT.
      ✖ kafka/username is empty.
      | 6 of 18 are missing or wrong.
      (exit 4)"
    `)
    const {code, stdout} = await todo5('secret check --target oke --kube-context x --json')
    expect([code, JSON.parse(stdout)]).toEqual([
      4,
      {secrets: expect.arrayContaining([{name: 'kafka/username', ok: false, fault: 'is empty', reachable: null}])},
    ])
  })
})
