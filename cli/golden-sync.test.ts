import {mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {FakeApi} from './testing/fake-api.ts'
import {NOW, runCli, type RunOptions, transcript} from './testing/run-cli.ts'

const DAY = 86_400_000

let home: string
let api: FakeApi
beforeEach(async () => {
  api = await FakeApi.start(NOW)
  home = await mkdtemp(join(tmpdir(), 'todo5-sync-'))
  await mkdir(join(home, 'state'))
  await credentials(api.key)
})
afterEach(async () => {
  await api.stop()
  await rm(home, {recursive: true, force: true})
})

const credentials = async (key: string, url = api.url): Promise<void> =>
  await writeFile(
    join(home, 'state', 'credentials.json'),
    JSON.stringify({work: {api_url: `${url}/api/v1`, api_key: key}}),
  )
const cli = async (line: readonly string[], options: RunOptions = {}) =>
  await runCli(line, {home, env: {TODO5_CONTEXT: 'work'}, ...options})
const shown = async (...line: string[]): Promise<string> => hidden(transcript(await cli(line, {tty: 80})))
const hidden = (text: string): string =>
  text.replaceAll(/\b[0-9a-f]{8}\b(-[0-9a-f]{4}){0,3}/gu, 'ID').replaceAll(/127\.0\.0\.1:\d+/gu, 'HOST')
const json = async (line: readonly string[], options: RunOptions = {}) => {
  const {code, stdout, stderr} = await cli([...line, '--json'], options)
  expect(stderr).toBe('')
  return {code, value: JSON.parse(stdout)}
}
const folder = () => join(home, 'state', 'waiting', 'work')
const files = async (): Promise<string[]> => (await readdir(folder())).filter((name) => name.endsWith('.json'))
const titles = (): string[] => api.store.tasks.map(({title}) => title)

/** Offline with a known account, as after any command that reached it. */
async function goOffline(): Promise<void> {
  await cli(['task', 'list'])
  await api.goAway()
}

describe('while todo5 is away', () => {
  test('what is added waits, read as it was typed; sync sends it once', async () => {
    await goOffline()
    expect(await shown('add', 'call mom tomorrow at 9 #family')).toMatchInlineSnapshot(`
      "Saved here  call mom  #family
      due      Sat 21 Nov 2026 09:00 CET (08:00 UTC), tomorrow
      reminds  08:00
      | ! work does not answer: nothing listens there. todo5 sync sends it when it does.
      (exit 7)"
    `)
    expect(await shown('task', 'add', 'Buy milk tomorrow', '--due', 'tomorrow')).toMatchInlineSnapshot(`
      "Saved here  Buy milk tomorrow
      due      Sat 21 Nov 2026, tomorrow
      reminds  09:00
      | ! work does not answer: nothing listens there. todo5 sync sends it when it does.
      (exit 7)"
    `)
    expect(await files()).toHaveLength(2)
    await api.comeBack()
    // Three days later: tomorrow is still the day after it was typed.
    const later = {tty: 80, now: NOW + 3 * DAY}
    expect(transcript(await cli(['task', 'list', '--utc'], later))).toMatchInlineSnapshot(`
      "| Nothing is open. Add something: todo5 task add "…" --due tomorrow
      | 2 changes wait for work: todo5 sync
      (exit 0)"
    `)
    expect(hidden(transcript(await cli(['sync'], later)))).toMatchInlineSnapshot(`
      "Sent     add "call mom", now 1
      Sent     add "Buy milk tomorrow", now 2
      (exit 0)"
    `)
    expect(api.store.tasks).toMatchObject([
      {title: 'call mom', due_at: '2026-11-21T08:00:00Z', tags: ['family']},
      {title: 'Buy milk tomorrow', due_at: '2026-11-21T22:59:59Z'},
    ])
    expect(await files()).toEqual([])
    expect(await shown('sync')).toMatchInlineSnapshot(`
      "| Nothing waits for work.
      (exit 0)"
    `)
  })

  test('the zone is that of the account, as it was known last', async () => {
    api.timeZone = 'America/New_York'
    await goOffline()
    const {value} = await json(['add', 'call mom tomorrow at 9'])
    expect(value.queued.body.due_at).toBe('2026-11-21T14:00:00Z')
    expect(JSON.parse(await readFile(join(folder(), (await files())[0]!), 'utf8'))).toMatchObject({
      context: 'work',
      time_zone: 'America/New_York',
      user_id: '0',
      queued_at: '2026-11-20T09:00:00.000Z',
    })
  })

  test('an id is done; a title cannot be looked up', async () => {
    api.store.create({title: 'Pay rent', due_at: '2026-12-01T08:00:00Z', recurring_pattern: 'FREQ=MONTHLY'})
    await goOffline()
    expect(await shown('done', 'rent')).toMatchInlineSnapshot(`
      "| Error: work does not answer, so "rent" cannot be looked up.
      |        [ref_needs_server, exit 6]
      | Try:   todo5 done ID        an id can wait here until it answers
      (exit 6)"
    `)
    expect(await shown('done', '1')).toMatchInlineSnapshot(`
      "Saved here  done 1
      | ! work does not answer: nothing listens there. todo5 sync sends it when it does.
      (exit 7)"
    `)
    await api.comeBack()
    const {code, value} = await json(['sync'])
    expect([code, value]).toMatchObject([
      0,
      {context: 'work', sent: [{summary: 'done 1', answer: {completed: {id: 1}, next: {id: 2}}}], refused: []},
    ])
  })

  test('several wait each by itself, or as one', async () => {
    for (const title of ['a', 'b']) api.store.create({title})
    await goOffline()
    expect((await json(['done', '1', '2', '1'])).value.results).toMatchObject([
      {queued: {method: 'POST', path: '/tasks/1/complete'}},
      {queued: {method: 'POST', path: '/tasks/2/complete'}},
    ])
    expect((await json(['done', '1', '--forever'])).value).toMatchObject({queued: {body: {end_series: true}}})
    expect((await json(['done', '1', '2', '--atomic'])).value).toMatchObject({queued: {path: '/tasks/batch'}})
    expect((await json(['add', '--stdin'], {input: 'one\ntwo\n'})).value.results).toMatchObject([
      {queued: {body: {title: 'one'}}, read: {title: 'one'}},
      {queued: {body: {title: 'two'}}, read: {title: 'two'}},
    ])
  })

  test('ends with 7, or with 0 where that is said to be all right', async () => {
    await goOffline()
    expect((await json(['add', 'a'])).code).toBe(7)
    expect((await json(['add', 'a', '--offline-ok'])).code).toBe(0)
    await cli(['config', 'set', 'offline_ok', 'yes'])
    expect((await json(['add', 'a'])).code).toBe(0)
  })

  test('is kept for its owner alone', async () => {
    await goOffline()
    await cli(['add', 'a'])
    const [file] = await files()
    expect((await stat(join(folder(), file!))).mode & 0o777).toBe(0o600)
    expect((await stat(folder())).mode & 0o777).toBe(0o700)
    expect(await readFile(join(folder(), file!), 'utf8')).not.toContain(api.key)
  })

  test('--dry-run keeps nothing, and shows what would be sent', async () => {
    await goOffline()
    expect(await json(['add', 'a', '--dry-run'])).toMatchObject({code: 0, value: {dry_run: true}})
    expect(await json(['done', '1', '--dry-run'])).toMatchObject({code: 0, value: {dry_run: true}})
    expect(await files()).toEqual([])
  })
})

describe('nothing waits', () => {
  test('for a todo5 on this machine, or at an address of the environment', async () => {
    await goOffline()
    expect((await cli(['add', 'a'], {env: {}})).code).toBe(6)
    expect((await cli(['add', 'a'], {env: {}, api: {url: api.url, key: api.key}})).code).toBe(6)
    expect((await json(['sync'], {env: {}})).value).toMatchObject({error: {code: 'not_running'}})
  })

  test('when it answers that it cannot, or not to this key', async () => {
    api.troubles.push({kind: 'answer', status: 500, body: '{}'})
    expect((await cli(['add', 'a', '--utc'])).code).toBe(1)
    await credentials('another')
    expect((await cli(['add', 'a', '--utc'])).code).toBe(4)
    expect(await readdir(join(home, 'state'))).not.toContain('waiting')
  })

  test('when something else answers with a certificate that is none', async () => {
    await credentials(api.key, api.url.replace('http:', 'https:'))
    expect((await cli(['add', 'a', '--utc'])).code).toBe(6)
    expect(await readdir(join(home, 'state'))).not.toContain('waiting')
  })
})

describe('sync', () => {
  test('what arrived without an answer is not made twice', async () => {
    api.troubles.push({kind: 'reset-after'}, {kind: 'reset-after'})
    expect((await json(['add', 'once', '--utc'])).code).toBe(7)
    expect(titles()).toEqual(['once'])
    expect((await json(['sync'])).value.sent).toMatchObject([{answer: {id: 1, title: 'once'}}])
    expect(titles()).toEqual(['once'])
  })

  test('two at the same time send each once, in order', async () => {
    await goOffline()
    const names = Array.from({length: 12}, (_, index) => `task ${index}`)
    for (const name of names) await cli(['add', name, '--offline-ok'])
    await api.comeBack()
    const [one, other] = await Promise.all([json(['sync']), json(['sync'])])
    expect([one.code, other.code]).toEqual([0, 0])
    expect(titles()).toEqual(names)
    expect(await files()).toEqual([])
  })

  test('what is refused is set aside with what comes after it; the rest goes on', async () => {
    for (const title of ['a', 'b']) api.store.create({title})
    await goOffline()
    for (const line of [
      ['done', '7'],
      ['done', '7'],
      ['done', '2'],
      ['add', 'c'],
    ])
      await cli(line)
    await api.comeBack()
    expect(await shown('sync')).toMatchInlineSnapshot(`
      "Sent     done 2
      Sent     add "c", now 3
      Refused  done 7: There is no task 7.
      Waits    done 7
      |          todo5 sync --drop ID        gives it up
      |          an earlier change of this task waits; --drop ID gives this one up
      (exit 3)"
    `)
    expect(titles()).toEqual(['a', 'b', 'c'])
    expect(await shown('sync')).toMatchInlineSnapshot(`
      "Waits    done 7
      Waits    done 7
      |          it was refused: --again tries it, --drop ID gives it up
      |          an earlier change of this task waits; --drop ID gives this one up
      (exit 4)"
    `)
    const {value} = await json(['sync'])
    expect(value.waiting).toMatchObject([{reason: 'refused'}, {reason: 'behind'}])
    const [first, second] = value.waiting as {id: string}[]
    expect(await shown('sync', '--drop', 'zz')).toMatchInlineSnapshot(`
      "| Error: Nothing with the id "zz" waits for work.  [waiting_not_found, exit 3]
      | Try:   todo5 sync --dry-run        shows what waits
      (exit 3)"
    `)
    expect((await json(['sync', '--drop', first!.id, '--dry-run'])).value.dropped).toHaveLength(1)
    expect(await shown('sync', '--drop', first!.id, '--drop', second!.id)).toMatchInlineSnapshot(`
      "Gave up  ID  done 7
      Gave up  ID  done 7
      (exit 0)"
    `)
    expect(await files()).toEqual([])
  })

  test('goes on with --again once the reason is gone', async () => {
    await goOffline()
    await cli(['done', '1'])
    await api.comeBack()
    expect((await json(['sync'])).code).toBe(3)
    api.store.create({title: 'a'})
    expect((await json(['sync', '--again'])).value.sent).toMatchObject([{summary: 'done 1'}])
    expect(await files()).toEqual([])
  })

  test('loses nothing when the key has ended, or nobody answers half way', async () => {
    await goOffline()
    for (const name of ['a', 'b']) await cli(['add', name])
    await api.comeBack()
    await credentials('ended')
    const ended = await json(['sync'])
    expect([ended.code, hidden(ended.value.error.hints.join('\n'))]).toEqual([
      4,
      'todo5 login http://HOST --name work        makes a new key\n2 changes go on waiting here, nothing is lost',
    ])
    await credentials(api.key)
    api.troubles.push({kind: 'answer', status: 200, body: JSON.stringify({user_id: '0', time_zone: 'UTC'})})
    api.troubles.push(
      {kind: 'answer', status: 200, body: '{"id":1,"title":"a"}'},
      {kind: 'answer', status: 502, body: ''},
    )
    expect(await json(['sync'])).toMatchObject({
      code: 6,
      value: {
        sent: [{summary: 'add "a"'}],
        waiting: [{summary: 'add "b"', reason: 'not_sent'}],
        stopped: {code: 'http_502'},
      },
    })
    expect((await json(['sync'])).value.sent).toMatchObject([{summary: 'add "b"'}])
  })

  test('asks before it sends what may have arrived too long ago', async () => {
    await goOffline()
    await cli(['add', 'a'])
    await api.comeBack()
    const now = NOW + 14 * DAY
    expect(hidden(transcript(await cli(['sync'], {now, tty: 80, answer: 'n'})))).toMatchInlineSnapshot(`
      "Waits    add "a"
      | add "a" waits since 2026-11-20. A server knows for 14 days what it has taken: what arrived then, without an answer, would be made twice.
      | Send it? [y/N] 
      |          it may have arrived more than 13 days ago: --yes sends it, --drop
      |          ID gives it up
      (exit 4)"
    `)
    expect(await json(['sync'], {now})).toMatchObject({code: 4, value: {waiting: [{reason: 'old'}]}})
    expect((await json(['sync', '--yes'], {now})).value.sent).toHaveLength(1)
  })

  test('sends nothing to another account or address', async () => {
    await goOffline()
    await cli(['add', 'a'])
    await api.comeBack()
    api.userId = '1'
    expect(await json(['sync'])).toMatchObject({code: 4, value: {waiting: [{reason: 'other_account'}]}})
    expect(titles()).toEqual([])
  })

  test('--dry-run shows what it would send, also while nobody answers', async () => {
    await goOffline()
    await cli(['add', 'a'])
    const {code, value} = await json(['sync', '--dry-run'])
    expect([code, value]).toMatchObject([
      0,
      {dry_run: true, steps: [{method: 'POST', path: '/tasks', body: {title: 'a'}}]},
    ])
    expect(value.steps[0].headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/u)
    expect(await files()).toHaveLength(1)
  })

  test('says for which other todo5 changes wait', async () => {
    await goOffline()
    await cli(['add', 'a'])
    await api.comeBack()
    await writeFile(join(home, 'state', 'local.json'), JSON.stringify({api_url: `${api.url}/api/v1`}))
    expect(await shown('sync', '--context', 'work', '--dry-run')).toContain('Would send POST /tasks')
    expect(hidden(transcript(await cli(['sync'], {tty: 80, api: {url: api.url, key: api.key}, env: {}}))))
      .toMatchInlineSnapshot(`
      "| Nothing waits for HOST.
      | 1 change waits for work: todo5 sync --context work
      (exit 0)"
    `)
  })
  test('status and doctor know of it', async () => {
    await goOffline()
    await cli(['add', 'a'])
    const {value} = await json(['status'], {env: {}})
    expect(value.waiting).toEqual([{context: 'work', changes: 1}])
    expect((await cli(['status'], {env: {}, tty: 80})).stderr).toContain(
      '1 change waits for work: todo5 sync --context work',
    )
    const doctor = await json(['doctor', 'local'], {env: {}})
    expect(doctor.value.checks).toContainEqual(
      expect.objectContaining({check: 'waiting', state: 'warning', found: '1 change waits to be sent'}),
    )
  })
})

describe('going away from a todo5 for which changes wait', () => {
  test.each([['logout'], ['context', 'delete', 'work']])('todo5 %s %s asks first, or wants --yes', async (...line) => {
    const work = {api_url: `${api.url}/api/v1`, api_key: api.key, key_id: 'key-1'}
    await writeFile(join(home, 'state', 'credentials.json'), JSON.stringify({work}))
    await goOffline()
    await cli(['task', 'add', 'Buy milk'])
    const refused = await cli([...line, '--json'])
    expect([refused.code, JSON.parse(refused.stdout).error.code]).toEqual([2, 'confirmation_needed'])
    const no = await cli(line, {answer: 'n'})
    expect([no.code, no.stderr]).toEqual([
      4,
      expect.stringContaining(
        '1 change waits for work and will not be sent without its key: todo5 sync --context work',
      ),
    ])
    expect((await cli([...line, '--dry-run'])).stderr).toContain('1 change waits for work')
    expect((await json(['context', 'list'])).value.contexts.map(({name}: {name: string}) => name)).toContain('work')
    const left = line[0] === 'logout' ? ['logout', '--local'] : line
    expect(await cli([...left, '--yes'])).toMatchObject({code: 0})
    // They stay: whoever signs in there again as the same person can send them.
    expect(await files()).toHaveLength(1)
  })
})
