import {execa} from 'execa'
import {chown, mkdir, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {create, extract} from 'tar'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {REPOSITORY, runAs, temporaryFolder} from './run.ts'

const NOBODY = 65_534
const NEWER = '99.0.0'

let folder: {path: string; remove(): Promise<void>}
/** The package as it is, and the same with a later number. */
let tarball: string
let newer: string

beforeAll(async () => {
  folder = await temporaryFolder()
  await execa('npm', ['pack', '--pack-destination', folder.path, '--ignore-scripts'], {cwd: REPOSITORY})
  tarball = join(
    folder.path,
    (await readdir(folder.path)).find((name) => name.endsWith('.tgz'))!,
  )
  const unpacked = join(folder.path, 'unpacked')
  await mkdir(unpacked)
  await extract({file: tarball, cwd: unpacked})
  for (const name of ['package.json', 'oclif.manifest.json', 'dist/cli/commands.json']) {
    const file = join(unpacked, 'package', name)
    await writeFile(file, JSON.stringify({...JSON.parse(await readFile(file, 'utf8')), version: NEWER}))
  }
  newer = join(folder.path, 'newer.tgz')
  await create({file: newer, cwd: unpacked, gzip: true}, ['package'])
})
afterAll(async () => folder.remove())

interface UpJson {
  readonly restarted: string | null
  readonly version: string
  readonly api_url: string
}
test('a newer package over the one that runs says so, and up restarts it and keeps what was there', async () => {
  const uid = process.getuid?.() === 0 ? NOBODY : process.getuid!()
  const home = join(folder.path, 'home')
  await mkdir(home)
  await chown(home, uid, uid)
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: home,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
  }
  const person = {uid, gid: uid, env}
  const installed = join(home, 'lib', 'todo5')
  /** As npm does it, in place of what is there; its dependencies are those of the clone, so that this needs no registry. */
  const install = async (file: string): Promise<void> => {
    await rm(installed, {recursive: true, force: true})
    await mkdir(installed, {recursive: true})
    await extract({file, cwd: installed, strip: 1})
    await symlink(join(REPOSITORY, 'node_modules'), join(installed, 'node_modules'))
  }
  const todo5 = async (line: readonly string[], options: {mayFail?: boolean} = {}) =>
    await runAs(person, home, process.execPath, [join(installed, 'bin', 'run.js'), ...line], options)
  const json = async <T>(...line: string[]): Promise<T> => JSON.parse((await todo5([...line, '--json'])).stdout) as T

  await install(tarball)
  const before = await json<UpJson>('up')
  try {
    await todo5(['task', 'add', 'Kept', '--due', '2036-12-01T09:00Z', '--repeat', 'daily'])
    await install(newer)
    expect((await todo5(['--version'])).stdout).toContain(`todo5 ${NEWER} `)
    const doctor = JSON.parse((await todo5(['doctor', '--json'], {mayFail: true})).stdout) as {
      checks: {check: string; state: string; next: string[]}[]
    }
    expect(doctor.checks.find(({check}) => check === 'version')).toMatchObject({
      state: 'warning',
      next: ['todo5 up        restarts it with this one; data and port stay'],
    })
    const after = await json<UpJson>('up')
    expect(after).toMatchObject({restarted: 'older_version', version: NEWER, api_url: before.api_url})
    const {tasks} = await json<{tasks: {title: string}[]}>('task', 'list')
    expect(tasks.map(({title}) => title)).toEqual(['Kept'])
    expect(await json('task', 'done', 'Kept')).toMatchObject({next: {title: 'Kept'}})
    // Back to the older one: it does not touch what a newer one has made.
    await install(tarball)
    const refused = await todo5(['up', '--json'], {mayFail: true})
    expect([refused.exitCode, JSON.parse(refused.stdout).error.code]).toEqual([4, 'newer_version_runs'])
  } finally {
    await todo5(['down', '--delete', '--confirm', 'local'])
  }
})
