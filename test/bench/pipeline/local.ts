import {execa} from 'execa'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Client} from 'pg'
import {LocalTarget} from '../../support/local-target.ts'
import type {ControlFigures} from './control.ts'
import {keepCommitTimes, type Target} from './target.ts'

/** `todo5 up` on a disk, where a commit costs what it costs people. */
export async function startLocal(): Promise<Target> {
  const local = await LocalTarget.create({base: tmpdir()})
  try {
    await local.up()
    await keepCommitTimes((await local.state()).database_url!)
    await local.json('down')
    await local.up()
    const {pid, postgres, database_url: url} = await local.state()
    const postmaster = postgres!.pid!
    const controlUrl = await databaseFor(url!, 'control')
    return {
      name: 'local',
      databaseUrl: url!,
      pids: () => ({services: {todo5: [pid]}, postgres: postmaster}),
      control: async ({completions, eventsPerSecond, seconds}) => {
        const args = [join(import.meta.dirname, 'control.ts'), ...[completions, eventsPerSecond, seconds].map(String)]
        const {stdout} = await execa(process.execPath, args, {env: {DATABASE_URL: controlUrl}, extendEnv: false})
        return JSON.parse(stdout) as ControlFigures
      },
      stop: async () => await local.dispose(),
    }
  } catch (error) {
    await local.dispose()
    throw error
  }
}

async function databaseFor(url: string, name: string): Promise<string> {
  const client = new Client({connectionString: url})
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}
