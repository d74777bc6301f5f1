import {Client} from 'pg'
import type {ControlFigures} from './control.ts'

export interface ControlWish {
  readonly completions: number
  readonly eventsPerSecond: number
  readonly seconds: number
}

/** A running todo5, as this bench sees it. */
export interface Target {
  readonly name: string
  /** Of the superuser. */
  readonly databaseUrl: string
  /** Several of a service under its one name. */
  pids(): {readonly services: Readonly<Record<string, readonly number[]>>; readonly postgres: number}
  /** So many consumers of the completions, each a process; the local target is always one. */
  scale?(consumers: number): Promise<void>
  /** The floor of its bus. */
  control(wish: ControlWish): Promise<ControlFigures>
  stop(): Promise<void>
}

/** From the next start on PostgreSQL keeps when each transaction was committed. */
export async function keepCommitTimes(url: string): Promise<void> {
  const client = new Client({connectionString: url})
  await client.connect()
  await client.query('alter system set track_commit_timestamp = on')
  await client.end()
}
