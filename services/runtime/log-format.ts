import {currentTraceparent} from './tracing.ts'

/** Whose fields a log line has besides ours: of nobody, or of what collects logs in a cloud. */
export const LOG_FORMATS = ['plain', 'oci', 'azure', 'google'] as const
export type LogFormatName = (typeof LOG_FORMATS)[number]

export interface LogFormat {
  readonly name: LogFormatName
  /** Of Google Cloud, to which traces belong. */
  readonly project?: string | undefined
}

export const PLAIN: LogFormat = {name: 'plain'}

const LEVELS: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'ERROR',
}

/**
 * Azure Monitor takes `level` itself for its LogLevel, and calls WARN by its whole name. Cloud Logging takes `severity`, with
 * the same names; so may what reads logs out of OCI, which has no name for it of its own.
 */
export function levelFields({name}: LogFormat, label: string): Record<string, string> {
  const level = LEVELS[label] ?? 'INFO'
  const whole = level === 'WARN' ? 'WARNING' : level
  if (name === 'azure') return {level: whole}
  return name === 'plain' ? {level} : {level, severity: whole}
}

/** With a comma in front, as pino wants it. */
export function timeFields({name}: LogFormat, now: number): string {
  const at = new Date(now).toISOString()
  return `,"timestamp":"${at}"${name === 'google' || name === 'oci' ? `,"time":"${at}"` : ''}`
}

/** What ties a line to the trace that it was written in; undefined where lines have no such fields. */
export function traceFields({name, project}: LogFormat): (() => object) | undefined {
  if (name === 'plain') return undefined
  return () => {
    const traceparent = currentTraceparent()
    if (traceparent === null) return {}
    const [, trace = '', span, flags] = traceparent.split('-')
    if (name === 'oci') return {trace_id: trace, span_id: span}
    // As Application Insights calls them.
    if (name === 'azure') return {operation_Id: trace, operation_ParentId: span}
    return {
      'logging.googleapis.com/trace': project === undefined ? trace : `projects/${project}/traces/${trace}`,
      'logging.googleapis.com/spanId': span,
      'logging.googleapis.com/trace_sampled': flags === '01',
    }
  }
}

/** Of a process that has not read its configuration yet, and may never: what is no format is plain. */
export function formatIn(environment: Readonly<Record<string, string | undefined>>): LogFormat {
  const name = LOG_FORMATS.find((one) => one === environment['LOG_FORMAT']) ?? 'plain'
  return {name, project: environment['LOG_PROJECT']}
}

/** As the configuration of a process says it. */
export const formatOf = (config: {
  readonly LOG_FORMAT: LogFormatName
  readonly LOG_PROJECT?: string | undefined
}): LogFormat => ({name: config.LOG_FORMAT, project: config.LOG_PROJECT})
