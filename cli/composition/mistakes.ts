/** Where mistakes of ours are written down, and what must not be written with them. */
import {mkdir, readdir, rm} from 'node:fs/promises'
import {release} from 'node:os'
import {join} from 'node:path'
import type {Environment} from '../environment-variables.ts'
import {mistakeReport} from '../operations/mistake-report.ts'
import {writeDurably} from '../offline/write-durably.ts'

/** So many are kept. */
const MOST = 20

/** Of these variables the values are keys, or have one in them. */
const SECRET = /KEY|TOKEN|SECRET|PASSWORD|PASS$|_URL$|DSN/u

export interface Mistake {
  readonly error: unknown
  readonly id: string | undefined
  readonly argv: readonly string[]
  readonly requests: readonly string[]
}

interface MistakeSources {
  readonly stateDir: string
  readonly env: Environment
  readonly home: string
  readonly root: string
  readonly version: string
  readonly now: () => number
}

/** Writes the report, for this user alone, and answers with its file. Of older ones the newest stay. */
export async function writeReport({error, id, argv, requests}: Mistake, sources: MistakeSources): Promise<string> {
  const {stateDir, env, home, root, version, now} = sources
  const folder = join(stateDir, 'reports')
  const report = mistakeReport({
    error,
    id,
    argv,
    requests,
    now: now(),
    todo5: version,
    node: process.versions.node,
    system: `${process.platform} ${process.arch} ${release()}`,
    secrets: Object.entries(env).flatMap(([name, value]) => (value && SECRET.test(name) ? [value] : [])),
    folders: [
      [root, 'TODO5'],
      [stateDir, 'STATE'],
      [home, '~'],
    ],
  })
  await mkdir(folder, {recursive: true, mode: 0o700})
  const name = `${report.at.replaceAll(/[:.]/gu, '-')}-${process.pid}.json`
  await writeDurably(join(folder, name), `${JSON.stringify(report, null, 2)}\n`)
  const older = (await readdir(folder)).filter((file) => file.endsWith('.json')).toSorted()
  for (const file of older.slice(0, -MOST)) await rm(join(folder, file), {force: true})
  return join(folder, name)
}
