import {lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fakeMachine} from '../../supervisor/testing/fake-machine.ts'
import {AtLogin} from '../at-login/at-login.ts'
import {assertOurs} from './find-parts.ts'
import {packageCommand, uninstall, type Uninstalled, type UninstallRequest} from './uninstall.ts'

let home: string
let said: string[]

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'uninstall-'))
  said = []
  await put('todo5/data/postgres/PG_VERSION', '18')
  await put('todo5/state/credentials.json', '{}')
  await put('todo5/toolchain/daprd', 'x'.repeat(1500))
  await put('todo5/config/config.json', '{}')
})
afterEach(async () => await rm(home, {recursive: true, force: true}))

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), {recursive: true})
  await writeFile(join(home, path), text)
}
const isThere = async (path: string): Promise<boolean> =>
  await lstat(join(home, path)).then(
    () => true,
    () => false,
  )

const request = (parts: Partial<UninstallRequest>): UninstallRequest => ({
  paths: {
    config: join(home, 'todo5/config'),
    state: join(home, 'todo5/state'),
    data: join(home, 'todo5/data'),
    toolchain: join(home, 'todo5/toolchain'),
  },
  home,
  root: '/usr/lib/node_modules/todo5',
  targets: [
    {
      name: 'local',
      machine: fakeMachine({}),
      atLogin: new AtLogin({
        target: 'local',
        entry: {script: 'run.js', env: {HOME: home}},
        stateDir: join(home, 'todo5/state'),
        root: '/r',
        platform: 'linux',
        uid: 1000,
        run: async () => await Promise.resolve({exitCode: 1, stdout: '', stderr: '', missing: true}),
      }),
    },
  ],
  chosen: [],
  dryRun: false,
  signal: new AbortController().signal,
  confirm: async (lines) => {
    said.push(...lines)
    await Promise.resolve()
  },
  ...parts,
})
const run = async (parts: Partial<UninstallRequest>): Promise<Uninstalled> =>
  (await uninstall(request(parts))) as Uninstalled

test('without a choice it only tells what is there', async () => {
  await put('.config/fish/completions/todo5.fish', 'complete')
  await put('.bashrc', 'source <(todo5 completion bash)\n')
  const {parts, shell_files, package_command} = await run({})
  expect(parts.map(({part, path, bytes, removed}) => [part, path.slice(home.length + 1), bytes, removed])).toEqual([
    ['data', 'todo5/data', 2, false],
    ['data', 'todo5/state', 2, false],
    ['programs', 'todo5/toolchain', 1500, false],
    ['config', 'todo5/config', 2, false],
    ['config', '.config/fish/completions/todo5.fish', 8, false],
  ])
  expect(shell_files).toEqual([join(home, '.bashrc')])
  expect(package_command).toBe('npm uninstall -g todo5')
  expect(said).toEqual([])
})

test('only what is chosen goes, after a yes', async () => {
  await run({chosen: ['programs']})
  expect(said).toEqual([`delete ${join(home, 'todo5/toolchain')}  (Dapr, Kafka and others)`])
  expect([await isThere('todo5/toolchain'), await isThere('todo5/data'), await isThere('todo5/config')]).toEqual([
    false,
    true,
    true,
  ])
  const no = new Error('no')
  await expect(run({chosen: ['data'], confirm: async () => await Promise.reject(no)})).rejects.toBe(no)
  expect(await isThere('todo5/data')).toBe(true)
})

test('all of it, also what starts it at login; the folder that is empty then goes, too', async () => {
  await put('.config/systemd/user/todo5-local.service', '[Unit]')
  await put('Documents/mine.txt', 'mine')
  const {parts} = await run({chosen: ['data', 'programs', 'config']})
  expect(parts.every(({removed}) => removed)).toBe(true)
  expect(await isThere('todo5')).toBe(false)
  expect(await isThere('.config/systemd/user/todo5-local.service')).toBe(false)
  expect(await readFile(join(home, 'Documents/mine.txt'), 'utf8')).toBe('mine')
  expect((await run({chosen: ['data']})).parts).toEqual([])
})

test('links are removed, and never followed', async () => {
  await put('elsewhere/photo.jpg', 'precious')
  await symlink(join(home, 'elsewhere'), join(home, 'todo5/data/postgres/link'))
  await rm(join(home, 'todo5/toolchain'), {recursive: true})
  await symlink(join(home, 'elsewhere'), join(home, 'todo5/toolchain'))
  const {parts} = await run({chosen: ['data', 'programs']})
  expect(parts.find(({part}) => part === 'programs')).toMatchObject({bytes: 0, link: join(home, 'elsewhere')})
  expect(said.at(-1)).toContain('stays')
  expect(await isThere('todo5/toolchain')).toBe(false)
  expect(await readFile(join(home, 'elsewhere/photo.jpg'), 'utf8')).toBe('precious')
})

test('a folder with other things in it is refused before anything is deleted', async () => {
  await expect(assertOurs(home, home)).rejects.toMatchObject({code: 'shared_folder', exit: 4})
  await expect(assertOurs(dirname(home), home)).rejects.toMatchObject({code: 'shared_folder'})
  await mkdir(join(home, 'todo5/config/.git'))
  await expect(run({chosen: ['data', 'config']})).rejects.toMatchObject({code: 'shared_folder'})
  expect(await isThere('todo5/data')).toBe(true)
  await expect(assertOurs(join(home, 'todo5/data'), home)).resolves.toBeUndefined()
})

test('a dry run tells the steps', async () => {
  expect(await uninstall(request({chosen: ['config'], dryRun: true}))).toEqual({
    dry_run: true,
    steps: [`delete ${join(home, 'todo5/config')}  (settings)`],
  })
  expect(await isThere('todo5/config')).toBe(true)
})

test.each([
  ['/usr/lib/node_modules/todo5', 'npm uninstall -g todo5'],
  ['/home/a/.npm/_npx/ab12/node_modules/todo5', 'npm cache npx rm        npx keeps a copy in its cache'],
  ['/home/a/project/node_modules/todo5', 'npm uninstall todo5        in /home/a/project'],
  ['/home/a/todo5', 'rm -r /home/a/todo5        it is a clone'],
])('the package in %s', (root, command) => {
  expect(packageCommand(root)).toBe(command)
})
