import {execa} from 'execa'
import {existsSync} from 'node:fs'
import {chown, mkdir, readdir, readlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type Person, REPOSITORY, npmEnvironment, runAs, temporaryFolder} from './run.ts'

/** The oldest Node of package.json's engines, as an npm package for this platform. */
const OLDEST_NODE = '22.19.0'
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`
const NOBODY = 65_534

let folder: {path: string; remove(): Promise<void>}
let tarball: string
let oldestNode: string

beforeAll(async () => {
  folder = await temporaryFolder()
  await execa('npm', ['pack', '--pack-destination', folder.path, '--ignore-scripts'], {cwd: REPOSITORY})
  tarball = join(
    folder.path,
    (await readdir(folder.path)).find((name) => name.endsWith('.tgz'))!,
  )
  const nodes = join(folder.path, 'node')
  await mkdir(nodes)
  await execa('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', nodes, `${NODE_PACKAGE}@${OLDEST_NODE}`])
  oldestNode = join(nodes, 'node_modules', NODE_PACKAGE, 'bin', 'node')
})
afterAll(async () => folder.remove())

/** Processes whose environment or arguments name the folder: whatever `down` left behind. */
async function leftBehind(home: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/u.test(name))) {
    try {
      const cwd = await readlink(`/proc/${pid}/cwd`)
      if (cwd.startsWith(home)) found.push(pid)
    } catch {
      // Ended while we looked, or not ours to see.
    }
  }
  return found
}

const root = process.getuid?.() === 0
const people: [string, string, {uid: number; node: () => string}][] = [
  ['an ordinary user', 'Node 24', {uid: root ? NOBODY : process.getuid!(), node: () => process.execPath}],
  ['an ordinary user', `Node ${OLDEST_NODE}`, {uid: root ? NOBODY : process.getuid!(), node: () => oldestNode}],
  ...(root ? ([['root', 'Node 24', {uid: 0, node: () => process.execPath}]] satisfies typeof people) : []),
]

describe.each(people)('the package, installed into an empty folder by %s with %s', (_who, _what, {uid, node}) => {
  test('up, add, done, next, mail, down', async () => {
    const home = join(folder.path, `home-${uid}-${Math.random().toString(36).slice(2)}`)
    const project = join(home, 'project')
    await mkdir(project, {recursive: true})
    await writeFile(join(project, 'package.json'), '{"private": true}\n')
    for (const path of [home, project, join(project, 'package.json')]) await chown(path, uid, uid)
    const person: Person = {
      uid,
      gid: uid,
      env: {
        ...npmEnvironment(),
        PATH: `${dirname(node())}:${process.env['PATH']}`,
        HOME: home,
        TZ: 'Europe/Berlin',
        LANG: 'C.UTF-8',
        // Root keeps its data in /var/lib/todo5; somebody's own todo5 there stays untouched.
        ...(uid === 0 && existsSync('/var/lib/todo5') ? {TODO5_HOME: join(home, 'todo5')} : {}),
      },
    }
    const npm = await runAs(person, project, 'npm', ['install', '--no-audit', '--no-fund', tarball])
    expect(npm.stderr).not.toMatch(/EBADENGINE|ERESOLVE/u)
    const todo5 = async (...args: string[]) =>
      runAs(person, project, join(project, 'node_modules', '.bin', 'todo5'), args)
    const json = async (...args: string[]) => JSON.parse((await todo5(...args, '--json')).stdout) as Record<string, any> // eslint-disable-line typescript/no-explicit-any -- whatever was answered

    expect((await todo5('--version')).stdout).toMatch(/^todo5 \d+\.\d+\.\d+ /u)
    await todo5('up', '--json')
    try {
      const rent = await json(
        'task',
        'add',
        'Pay rent',
        '--due',
        '2036-12-01T09:00Z',
        '--rrule',
        'FREQ=MONTHLY;BYMONTHDAY=1',
        '--utc',
        '--remind',
        '1h',
      )
      expect(rent).toMatchObject({title: 'Pay rent', next_occurrence: '2037-01-01T09:00:00Z'})
      expect(await json('task', 'done', 'rent')).toMatchObject({
        completed: {id: rent['id']},
        next: {due_at: '2037-01-01T09:00:00Z'},
      })
      const soon = new Date(Date.now() + 20_000).toISOString()
      await todo5('task', 'add', 'Tea is ready', '--due', soon, '--remind', '0s')
      const subjects = async () =>
        ((await json('mailbox', 'list'))['mails'] as {subject: string}[]).map((mail) => mail.subject)
      await expect.poll(subjects, {timeout: 120_000, interval: 1000}).toEqual([expect.stringContaining('Tea is ready')])
    } finally {
      await todo5('down', '--delete', '--confirm', 'local')
    }
    await expect.poll(async () => leftBehind(home), {timeout: 60_000}).toEqual([])
    const engine = await runAs(person, project, node(), [
      '--input-type=module',
      '-e',
      `import {compileRecurrence} from 'todo5/recurrence'
       const plan = compileRecurrence({rule: 'FREQ=MONTHLY;BYDAY=-1FR', start: Date.UTC(2026, 0, 30, 17)})
       console.log(new Date(plan.after(Date.UTC(2026, 10, 21))).toISOString())`,
    ])
    expect(engine.stdout.trim()).toBe('2026-11-27T17:00:00.000Z')
  })
})
