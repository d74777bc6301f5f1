import {randomUUID} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {hostFolders, secretsFileOf} from '../../cli/supervisor/host/host-folders.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {type Secrets, filesWith, processesWith, secretsIn} from './find-secrets.ts'
import {startRefusingSmtp} from './refusing-smtp.ts'

const SMTP_PASSWORD = `Pl4n/ted"s3cret@${randomUUID()}`
const MINUTES = 10 * 60_000

let host: HostTarget
let refusing: Awaited<ReturnType<typeof startRefusingSmtp>>
const said = new Map<string, string>()

const hear = async (...args: string[]): Promise<void> => {
  const {code, stdout, stderr} = await host.todo5(...args)
  said.set(`todo5 ${args.join(' ')}: exit ${code}`, stdout + stderr)
}

beforeAll(async () => {
  host = await HostTarget.create()
  refusing = await startRefusingSmtp()
}, MINUTES)
afterAll(async () => {
  await host.dispose()
  await refusing.close()
})

const textsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [String(value)]

/** What `up host` has made, and what each service gets through its sidecar. */
async function secretsOfHost(): Promise<Secrets> {
  const folders = hostFolders(host.hostDir)
  const {database_url: database} = (await host.state())!
  const secrets: Record<string, string> = {
    'SMTP password': SMTP_PASSWORD,
    'API key': (await readFile(folders.localKey, 'utf8')).trim(),
    'auth secret': (await readFile(folders.authSecret, 'utf8')).trim(),
    'push secret': (await readFile(folders.pushSecret, 'utf8')).trim(),
    'password of the owner': decodeURIComponent(new URL(database!).password),
  }
  for (const app of SERVICE_NAMES) {
    const own: unknown = JSON.parse(await readFile(secretsFileOf(folders, app), 'utf8'))
    for (const value of textsIn(own)) {
      if (/^postgres(?:ql)?:/u.test(value)) secrets[`password of ${app}`] = decodeURIComponent(new URL(value).password)
    }
  }
  return secrets
}

test(
  'on the real stack no secret is printed, logged, in a topic, or where others can read it',
  {timeout: MINUTES},
  async () => {
    // Two up: <home>/data/host comes later.
    const smtp = join(dirname(dirname(host.hostDir)), '..', '..', 'smtp')
    await writeFile(smtp, `smtp://me:${encodeURIComponent(SMTP_PASSWORD)}@127.0.0.1:${refusing.port}\n`, {mode: 0o600})
    // What a first try has left would only be found.
    await host.todo5('down', 'host')
    await host.json('up', 'host', '--smtp-url', `@${smtp}`, '--mail-to', 'me@example.com', '--debug')
    const secrets = await secretsOfHost()
    expect(Object.keys(secrets)).toHaveLength(5 + SERVICE_NAMES.length)

    const due = new Date(Date.now() + 3000).toISOString()
    const {id} = await host.json<{id: number}>(
      'task',
      'add',
      'Due',
      '--due',
      due,
      '--rrule',
      'FREQ=DAILY',
      '--remind',
      '0m',
    )
    await expect
      .poll(async () => (await host.todo5('task', 'history', String(id), '--json')).stdout, {timeout: 60_000})
      .toMatch(/Invalid login|EAUTH|refused/u)
    await host.json('task', 'done', String(id))
    for (const args of [
      ['status', 'host'],
      ['status', 'host', '--json'],
      ['doctor', 'host', '--json'],
      ['logs', '--target', 'host', '--level', 'debug', '--lines', '10000', '--json'],
      ['event', 'tail', '--target', 'host', '--since', '1h', '--json'],
      ['consumer', 'list', '--target', 'host', '--json'],
      ['dlq', 'list', '--target', 'host', '--json'],
      ['outbox', 'status', '--target', 'host', '--json'],
      ['dapr', 'versions', '--json'],
      ['dapr', 'lint', join(host.hostDir, 'dapr')],
      ['db', 'status', '--json'],
      ['up', 'host', '--dry-run'],
    ])
      await hear(...args)
    expect([...said].flatMap(([what, text]) => secretsIn(text, secrets).map((name) => `${name} in ${what}`))).toEqual(
      [],
    )

    const pids = (await host.processes()).map(({pid}) => pid)
    expect(pids.length).toBeGreaterThan(12)
    expect(await processesWith(pids, secrets)).toEqual([])
    const places = await filesWith(host.hostDir, secrets)
    expect(places.filter(({mode}) => (mode & 0o077) !== 0)).toEqual([])
    expect(Object.fromEntries(places.map(({file, secrets: found}) => [file, found.toSorted()]))).toEqual({
      'auth-secret': ['auth secret'],
      'push-secret': ['push secret'],
      'postgres-password': ['password of the owner'],
      // For starting again what has ended.
      'state/host.json': ['SMTP password', 'password of the owner'],
      'state/local-key': ['API key'],
      'run/audit-service-secrets.json': ['password of audit-service'],
      'run/chat-api-secrets.json': ['auth secret', 'password of chat-api'],
      'run/notification-service-secrets.json': ['SMTP password', 'password of notification-service', 'push secret'],
      'run/recurring-task-service-secrets.json': ['password of recurring-task-service'],
      'run/task-service-secrets.json': ['password of task-service'],
    })
  },
)
