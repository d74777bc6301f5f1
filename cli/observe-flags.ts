import * as Flags from '@oclif/core/flags'
import {usageError} from './errors.ts'
import {fileOrValue} from './file-or-value.ts'

/** How much of what todo5 does is told to others: flags of `up`. */
export const observeFlags = {
  'sentry-dsn': Flags.string({
    helpValue: '@FILE',
    env: 'TODO5_SENTRY_DSN',
    description:
      'A file with the DSN of a Sentry that errors are reported to, without titles; the DSN itself only as the variable.',
  }),
  'trace-sampling': Flags.string({
    helpValue: 'PART',
    env: 'TODO5_TRACE_SAMPLING',
    description: 'host: part of the requests that are traced, 0 to 1 (default: 1); it needs Zipkin.',
  }),
}

interface ObserveFlags {
  readonly 'sentry-dsn'?: string | undefined
  readonly 'trace-sampling'?: string | undefined
}

/** Null for none. `argv`: where a DSN must not stand, for everybody reads arguments, and whoever has it can send reports. */
export async function sentryDsnOf(flags: ObserveFlags, argv: readonly string[]): Promise<string | null> {
  const typed = argv.find((word, place) => word.startsWith('--sentry-dsn=') || argv[place - 1] === '--sentry-dsn')
  if (typed !== undefined && !typed.replace(/^--sentry-dsn=/u, '').startsWith('@')) {
    throw usageError(
      'A DSN in the arguments can be read by everybody on this machine.',
      'secret_in_arguments',
      '--sentry-dsn @FILE, or the variable TODO5_SENTRY_DSN',
    )
  }
  const dsn = await fileOrValue(flags['sentry-dsn'])
  if (dsn === null) return null
  const url = URL.parse(dsn)
  const isFit = url !== null && ['http:', 'https:'].includes(url.protocol) && url.username !== ''
  if (isFit && /\/\d+$/u.test(url.pathname)) return dsn
  // Not shown: it is nearly one.
  throw usageError('--sentry-dsn is no DSN such as https://KEY@HOST/NUMBER.', 'invalid_sentry_dsn')
}

/** Null: not chosen. */
export function traceSamplingOf({'trace-sampling': text}: ObserveFlags): number | null {
  if (text === undefined || text === '') return null
  if (/^(0|1|0?\.\d{1,4}|1\.0+)$/u.test(text)) return Number(text)
  throw usageError(
    `--trace-sampling is a part from 0 to 1, not ${text}.`,
    'invalid_value',
    '--trace-sampling 0.1        every tenth request',
  )
}
