import {execFile} from 'node:child_process'
import {cp, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {type Fault, FAULTS} from './testing/faults.ts'

const HERE = import.meta.dirname
let scratch: string

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'recurrence-faults-'))
})

afterAll(() => rm(scratch, {recursive: true, force: true}))

/** How often a copy of the engine, changed or not, disagrees with the vectors or with brute force. */
async function disagreements(rules: number, change: (folder: string) => Promise<void>): Promise<number> {
  const folder = await mkdtemp(join(scratch, 'engine-'))
  const sources = (await readdir(HERE)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  await Promise.all(sources.map((name) => cp(join(HERE, name), join(folder, name))))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await change(folder)
  const judge = [join(HERE, 'testing/judge-engine.ts'), folder, String(rules)]
  const {stdout} = await promisify(execFile)(process.execPath, judge, {timeout: 90_000})
  return (JSON.parse(stdout) as {disagreements: number}).disagreements
}

async function inject({file, find, replace}: Fault, folder: string): Promise<void> {
  const path = join(folder, file)
  const pieces = (await readFile(path, 'utf8')).split(find)
  if (pieces.length !== 2) throw new Error(`"${find}" stands ${pieces.length - 1} times in ${file}, not once`)
  await writeFile(path, pieces.join(replace))
}

describe('the vectors and brute force find', () => {
  it('nothing in an unchanged copy of the engine', async () => {
    expect(await disagreements(200, () => Promise.resolve())).toBe(0)
  }, 90_000)

  it.each(FAULTS)(
    'that $name',
    async (fault) => {
      expect(await disagreements(2_000, (folder) => inject(fault, folder))).toBeGreaterThan(0)
    },
    90_000,
  )
})
