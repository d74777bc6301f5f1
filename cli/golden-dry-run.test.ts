import {createHash} from 'node:crypto'
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {createDatabase} from '../test/support/postgres.ts'
import {FakeApi} from './testing/fake-api.ts'
import {NOW, ROOT, runCli, type RunOptions, transcript} from './testing/run-cli.ts'

/** They look, or change nothing that lasts; what they show is what somebody asked for. */
const READS = [
  '__complete __doctor audit completion config:explain config:get config:list consumer:list consumer:show context:list',
  'dapr:lint dapr:render dapr:versions db:status dlq:list dlq:show doctor event:tail export logs mailbox:list',
  'mailbox:show open outbox:status recurrence:explain recurrence:preview release:list release:show reminder:list',
  'secret:check secret:list',
  'reminder:show status',
  'task:agenda task:history task:list task:show today token:list toolchain:list toolchain:path top topic:diff topic:list topic:show trace whoami',
].flatMap((line) => line.split(' '))

/** They change something, and why they have no --dry-run. */
const WITHOUT = new Map([
  ['__verify', 'takes away what it has added'],
  ['chat', 'asks before it deletes, and every change can be undone'],
  ['recurrence:check', 'is one, without --repair'],
])

test('every command that changes something has --dry-run', async () => {
  const {commands} = JSON.parse(await readFile(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, {flags: Record<string, unknown>}>
  }
  const without = Object.keys(commands).filter(
    (id) => !READS.includes(id) && !WITHOUT.has(id) && commands[id]!.flags['dry-run'] === undefined,
  )
  expect(without).toEqual([])
})

describe('changes nothing', () => {
  let home: string
  let api: FakeApi
  beforeEach(async () => {
    api = await FakeApi.start(NOW)
    home = await mkdtemp(join(tmpdir(), 'todo5-dry-run-'))
    await mkdir(join(home, 'state'))
    await mkdir(join(home, 'config'))
    const place = {api_url: `${api.url}/api/v1`, api_key: api.key}
    await keep('state/credentials.json', {work: {...place, key_id: 'k1'}, ci: place})
    await keep('config/config.json', {color: 'never'})
  })
  afterEach(async () => {
    await api.stop()
    await rm(home, {recursive: true, force: true})
  })
  const keep = async (file: string, value: unknown): Promise<void> =>
    await writeFile(join(home, file), JSON.stringify(value))
  const run = async (line: readonly string[], options: RunOptions = {}) =>
    await runCli(line, {home, env: {TODO5_CONTEXT: 'work'}, ...options})

  /** All files of this user, and what is in them; what is known of an account is no change of anything. */
  async function everything(): Promise<string> {
    const files = await readdir(home, {recursive: true, withFileTypes: true})
    const found = files
      .filter((file) => file.isFile() && file.name !== 'account')
      .map((file) => join(file.parentPath, file.name))
      .toSorted()
    const texts = await Promise.all(found.map(async (file) => `${file} ${await readFile(file, 'utf8')}`))
    return createHash('sha256').update(texts.join('\n')).digest('hex')
  }

  test.each<[line: string, input?: string]>([
    ['config set color always'],
    ['config set time_zone Europe/Rome --project'],
    ['config unset color'],
    ['context use work'],
    ['context add more API', 'todo5_test_key'],
    ['context delete ci'],
    ['login https://todo.example.com --name home'],
    ['logout'],
    ['logout --local'],
    ['mailbox clear'],
    ['token create script --expires 30d'],
    ['token create script --no-end'],
    ['token create --scope tasks:read'],
  ])('todo5 %s', async (line, input = '') => {
    api.mails.push({id: 1} as (typeof api.mails)[number])
    const before = await everything()
    const words = line.replace('API', api.url).split(' ')
    const {code, stdout} = await run([...words, '--dry-run', '--json'], {input})
    const {dry_run: dryRun, steps} = JSON.parse(stdout) as {dry_run: boolean; steps: string[]}
    expect([code, dryRun]).toEqual([0, true])
    expect(
      steps.map((step) => step.replaceAll(home, 'HOME').replaceAll(api.url, 'API').replace(hostname(), 'MACHINE')),
    ).toMatchSnapshot()
    expect(await everything()).toBe(before)
    expect(api.requests.filter(({method}) => method !== 'GET')).toEqual([])
    expect(api.mails).toHaveLength(1)
  })

  test('says so, and refuses what would be refused', async () => {
    expect(transcript(await run(['context', 'use', 'work', '-n']))).toMatchInlineSnapshot(`
      "Would let commands talk to work.
      | Nothing was changed.
      (exit 0)"
    `)
    expect((await run(['context', 'use', 'nowhere', '-n'])).code).toBe(3)
    expect((await run(['config', 'set', 'color', 'blue', '-n'])).code).toBe(2)
    expect((await run(['logout', '-n', '-c', 'ci'])).code).toBe(4)
    expect((await run(['login', 'http://todo.example.com', '-n'])).code).toBe(2)
  })

  test('in a database', async () => {
    const database = await createDatabase()
    try {
      const db = async (...line: string[]) =>
        JSON.parse((await run(['db', ...line, '--database-url', database.url, '--json'])).stdout)
      const {migrations} = (await db('status')) as {migrations: {name: string}[]}
      const [second, newest] = migrations.slice(-2).map(({name}) => name)
      expect(await db('rollback', '-n')).toEqual({dry_run: true, steps: [`take back ${newest}`]})
      expect(await db('rollback', '-n', '--to', migrations.at(-3)!.name)).toEqual({
        dry_run: true,
        steps: [`take back ${newest}`, `take back ${second}`],
      })
      expect(await db('migrate', '-n')).toEqual({dry_run: true, steps: []})
      expect(await db('rollback')).toEqual({rolled_back: [newest]})
      expect(await db('migrate', '-n')).toEqual({dry_run: true, steps: [`apply ${newest}`]})
      expect(await db('migrate')).toEqual({applied: [newest]})
    } finally {
      await database.drop()
    }
  })
})
