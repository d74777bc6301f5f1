import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {BaseCommand} from '../base-command.ts'
import {usageError} from '../errors.ts'
import {zoneFlags} from '../flags.ts'
import {followHostLogs, hostLogNames, readHostLogs} from '../operations/host-logs.ts'
import {followLogs, LOG_LEVELS, type LogFilter, type LogLevel, type LogLine, readLogs} from '../operations/read-logs.ts'
import {parseSince} from '../operations/parse-since.ts'
import {nearest} from '../suggest.ts'
import {untilInterrupted} from '../interruption.ts'
import {printLogLine} from '../views/log-line.ts'

const SERVICES = [
  'task',
  'recurring-task',
  'notification',
  'audit',
  'chat-api',
  'bus',
  'jobs',
  'mailbox',
  'notify-command',
  'todo5',
] as const

interface LogSource {
  readonly names: readonly string[]
  readonly read: (filter: LogFilter, limit: number) => Promise<LogLine[]>
  readonly follow: (filter: LogFilter, signal: AbortSignal, print: (line: LogLine) => void) => Promise<void>
}

export default class Logs extends BaseCommand<{lines: LogLine[]} | undefined> {
  static override paged = true
  static override summary = 'What the services say.'
  static override args = {
    service: Args.string({
      description: `One of ${SERVICES.join(', ')} (default: all); on host also kafka, scheduler, sentry, and daprd-SERVICE.`,
    }),
  }
  static override flags = {
    target: Flags.option({
      options: ['local', 'host', 'minikube'] as const,
      description: 'Whose logs (default: of the one that was started last).',
    })(),
    follow: Flags.boolean({char: 'f', description: 'Go on as lines are added, until Ctrl-C.'}),
    level: Flags.string({
      options: [...LOG_LEVELS, ...LOG_LEVELS.map((level) => level.toLowerCase())],
      helpValue: 'LEVEL',
      description: 'This level and worse: DEBUG, INFO, WARN, ERROR.',
    }),
    user: Flags.string({helpValue: 'ID', description: 'Only lines about this user.'}),
    event: Flags.string({helpValue: 'ID', description: 'Only lines about this event.'}),
    since: Flags.string({
      helpValue: 'WHEN',
      description: 'From then on: 10m, 2h, or a time such as 2026-11-21T09:00Z.',
    }),
    lines: Flags.integer({helpValue: 'N', min: 1, description: 'At most so many (default: 100, with --since all).'}),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> logs -f',
    '<%= config.bin %> logs notification --level warn --since 1h',
    '<%= config.bin %> logs notification --target minikube --follow',
    '<%= config.bin %> logs --json',
  ]

  override async run(): Promise<{lines: LogLine[]} | undefined> {
    const {args, flags} = await this.parse(Logs)
    const view = this.timeView(flags)
    const source = await this.#source(flags.target)
    const filter = {
      service: args.service === undefined ? undefined : serviceName(args.service, source.names),
      level: flags.level?.toUpperCase() as LogLevel | undefined,
      user: flags.user,
      event: flags.event,
      since: flags.since === undefined ? undefined : parseSince(flags.since, view.now),
    }
    const lines = await source.read(filter, flags.lines ?? (filter.since === undefined ? 100 : Infinity))
    if (!flags.follow) {
      for (const line of lines) printLogLine(this.out, line, view.zone)
      if (lines.length === 0) this.out.note('There are no such lines.')
      return {lines}
    }
    const json = this.jsonEnabled()
    const print = (line: LogLine): void => (json ? this.printLine(line) : printLogLine(this.out, line, view.zone))
    for (const line of lines) print(line)
    await untilInterrupted(async (signal) => await source.follow(filter, signal, print))
    return undefined
  }

  async #source(target: 'local' | 'host' | 'minikube' | undefined): Promise<LogSource> {
    if (target === 'minikube') return await this.#minikube()
    if ((target ?? (await this.composition.runningTargets())[0]?.name) === 'host') {
      const {logsFolder} = (await this.composition.host()).machine
      const names = await hostLogNames(logsFolder)
      return {
        names: names.length > 0 ? names : SERVICES,
        read: async (filter, limit) => await readHostLogs(logsFolder, filter, limit),
        follow: async (filter, signal, print) => await followHostLogs(logsFolder, filter, signal, print),
      }
    }
    const files = (await this.composition.local()).machine.logFiles()
    return {
      names: SERVICES,
      read: async (filter, limit) => await readLogs(files, filter, limit),
      follow: async (filter, signal, print) => {
        for await (const line of followLogs(files[0]!, filter, signal)) print(line)
      },
    }
  }

  async #minikube(): Promise<LogSource> {
    const [{followMinikubeLogs, readMinikubeLogs}, {findPlace}] = await Promise.all([
      import('../operations/cluster/minikube-logs.ts'),
      import('../operations/cluster/find-place.ts'),
    ])
    const {place} = await findPlace({target: 'minikube'}, this.composition.paths.state)
    const toolchain = await this.composition.toolchain()
    return {
      names: [...SERVICE_NAMES, 'kafka', 'postgresql', 'mailbox', 'migrate', 'topics'],
      read: async (filter, limit) => await readMinikubeLogs(place, toolchain, filter, limit),
      follow: async (filter, signal, print) => await followMinikubeLogs(place, toolchain, filter, {signal, print}),
    }
  }

  /** With --follow each line was an object of its own. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }
}

/** `task` is task-service; the full names are known, too. */
function serviceName(name: string, known: readonly string[]): string {
  const full = ['task', 'recurring-task', 'notification', 'audit'].map((short) => `${short}-service`)
  if (full.includes(`${name}-service`)) return `${name}-service`
  if (full.includes(name) || known.includes(name)) return name
  const near = nearest(name, known).map((other) => `todo5 logs ${other}`)
  throw usageError(
    `No part of todo5 is called ${name}.`,
    'unknown_service',
    ...(near.length > 0 ? near : [`one of ${known.join(', ')}`]),
  )
}
