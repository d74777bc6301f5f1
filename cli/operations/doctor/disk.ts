import {ok, problem, type Verdict, warning} from './check.ts'

const GB = 1e9
/** PostgreSQL writes its log in files of 16 MB and ends when it cannot; Kafka gives its folder up at the first failure. */
const LEAST = 0.5 * GB
const LITTLE = 2 * GB
const FULL = 0.95

export interface DiskSpace {
  readonly folder: string
  /** Bytes that this user may still write, and of the whole file system. */
  readonly free: number
  readonly size: number
}

export function checkDisk({folder, free, size}: DiskSpace): Verdict {
  const used = size === 0 ? 0 : 1 - free / size
  const found = `${(free / GB).toFixed(1)} GB free below ${folder} (${Math.round(used * 100)} % used)`
  const next = [`make room: PostgreSQL and Kafka stop when ${folder} is full`]
  if (free < LEAST) return problem(found, {next})
  return free < LITTLE || used > FULL ? warning(found, {next}) : ok(found)
}
