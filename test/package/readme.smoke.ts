import {execa} from 'execa'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {REPOSITORY, npmEnvironment, temporaryFolder} from './run.ts'

let folder: {path: string; remove(): Promise<void>}
let clone: string
const env = () => ({
  ...npmEnvironment(),
  PATH: process.env['PATH'] ?? '',
  HOME: folder.path,
  TODO5_HOME: join(folder.path, 'home'),
  TZ: 'Europe/Berlin',
  LANG: 'C.UTF-8',
})

beforeAll(async () => {
  folder = await temporaryFolder()
  clone = join(folder.path, 'todo5')
  await execa('git', ['clone', '--quiet', REPOSITORY, clone])
})
afterAll(async () => {
  await execa('npm', ['exec', 'todo5', '--', 'down'], {cwd: clone, env: env(), extendEnv: false, reject: false})
  await folder.remove()
})

/** The lines of the shell blocks, in order. */
async function commands(): Promise<string[]> {
  const text = await readFile(join(REPOSITORY, 'README.md'), 'utf8')
  return [...text.matchAll(/```sh\n([\s\S]*?)```/gu)].flatMap((block) =>
    block[1]!.split('\n').filter((line) => line !== ''),
  )
}

test('every command of the README works in a fresh clone, in its order', async () => {
  const lines = await commands()
  // The gate runs npm test by itself, with this file in none of its suites.
  expect(lines.slice(0, 2)).toEqual(['npm run up', 'npm test'])
  expect(await readFile(join(REPOSITORY, '.ci', 'run'), 'utf8')).toContain('npm test')
  const outputs: string[] = []
  for (const line of lines.filter((entry) => entry !== 'npm test')) {
    const result = await execa('bash', ['-c', line], {
      cwd: clone,
      env: env(),
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 540_000,
    })
    expect(result.exitCode, `${line}\n${result.stdout}\n${result.stderr}`).toBe(0)
    outputs.push(result.stdout)
  }
  expect(outputs.join('\n')).toContain('Water the plants')
})

test('the program of the README prints what it says', async () => {
  const text = await readFile(join(REPOSITORY, 'README.md'), 'utf8')
  const [, program] = /```js\n([\s\S]*?)```/u.exec(text)!
  const said = /plan\.describe\(\) \/\/ (.*)/u.exec(program!)![1]!
  const script = program!
    .replace(/^(new Date.*)$/mu, 'console.log($1)')
    .replace(/^plan\.describe\(\).*$/mu, 'console.log(plan.describe())')
  const {stdout} = await execa('node', ['--input-type=module', '-e', script], {
    cwd: clone,
    env: env(),
    extendEnv: false,
  })
  const [next, sentence] = stdout.split('\n')
  expect(new Date(next!).getTime()).toBeGreaterThan(Date.now())
  expect(sentence).toBe(said)
})
