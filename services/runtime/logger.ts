import {type Logger as PinoLogger, type LoggerOptions, pino, stdSerializers} from 'pino'
import type {ErrorReports} from './error-reports.ts'
import {levelFields, type LogFormat, PLAIN, timeFields, traceFields} from './log-format.ts'

export type Logger = PinoLogger

/** Never printed, wherever they stand in a log line. */
const SECRETS = [
  'password',
  'token',
  'authorization',
  'cookie',
  'api_key',
  'secret',
  '*.password',
  '*.token',
  '*.authorization',
  '*.cookie',
  '*.api_key',
  '*.secret',
]

export interface LogDestination {
  write(line: string): void
}

/**
 * JSON lines with timestamp (ISO 8601, UTC), level (DEBUG INFO WARN ERROR), service, user_id, event_id, message and
 * whatever else is given. user_id and event_id are null where a line belongs to none. `errors` are told of lines at ERROR.
 * `format` adds the fields of a cloud.
 */
export function createLogger(
  service: string,
  level: string,
  destination?: LogDestination,
  errors?: ErrorReports,
  format: LogFormat = PLAIN,
): Logger {
  const mixin = traceFields(format)
  const options = {
    level,
    base: {service, user_id: null, event_id: null},
    messageKey: 'message',
    errorKey: 'error',
    timestamp: () => timeFields(format, Date.now()),
    formatters: {level: (label: string) => levelFields(format, label)},
    ...(mixin && {mixin}),
    serializers: {error: withoutConnection},
    redact: {paths: SECRETS, censor: '[redacted]'},
    ...(errors && {hooks: {logMethod: noticing(errors)}}),
  }
  return destination ? pino(options, destination) : pino(options)
}

const ERROR_LEVEL = pino.levels.values['error']!

function noticing(errors: ErrorReports): NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']> {
  return function (this, args, method, level) {
    if (level >= ERROR_LEVEL) errors.note(args)
    method.apply(this, args)
  }
}

/** node-postgres hangs the connection that failed onto its errors: 5 kB a line, with what it takes to cancel a query. */
function withoutConnection(error: Error): object {
  const shown = stdSerializers.err(error) as {client?: unknown}
  delete shown.client
  return shown
}
