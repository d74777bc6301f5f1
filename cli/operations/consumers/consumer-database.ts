import {type CliError, usageError} from '../../errors.ts'
import type {DaprTarget} from '../dapr-targets.ts'

interface Running {
  readonly name: 'local' | 'host'
  /** Null while it starts. */
  readonly database_url: string | null
}

/** The database in which the consumers of a target keep what they have handled. Another one is never guessed. */
export function consumerDatabase(target: DaprTarget | null, running: readonly Running[]): string {
  const host = target === 'host' ? running.find(({name}) => name === 'host')?.database_url : undefined
  if (host) return host
  throw noDatabase(target)
}

const noDatabase = (target: DaprTarget | null): CliError =>
  usageError(
    `--database-url is missing: where do the consumers of ${target ?? 'these brokers'} keep what they have handled?`,
    'database_needed',
    '--database-url postgres://USER:PASSWORD@HOST/DATABASE',
    '--keep-inbox        leaves it: what was handled is not handled again',
  )
