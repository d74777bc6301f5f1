import * as Flags from '@oclif/core/flags'
import type {DeadLetterTopic, Topic} from '../../../services/domain/events/event-types.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {interruptible, untilInterrupted} from '../../interruption.ts'
import {streamFlags} from '../../kafka-flags.ts'
import {parseSince} from '../../operations/parse-since.ts'
import {type EventFilter, followEvents, type TailedEvent, tailEvents} from '../../operations/tail-events.ts'
import {type EventJson, eventJson, printEvent} from '../../views/event-lines.ts'

/** Not the domain's list: that loads zod, 25 ms. */
const TOPICS = ['task-events', 'reminders', 'task-updates'] as const satisfies readonly Topic[]
const DEAD_LETTERS = [
  'task-events-dlq',
  'reminders-dlq',
  'task-updates-dlq',
] as const satisfies readonly DeadLetterTopic[]
const DEFAULT_LINES = 20

export default class EventTail extends BaseCommand<{events: EventJson[]} | undefined> {
  static override paged = true
  static override inCluster = 'stream' as const
  static override summary = 'The newest events, and those that come.'
  static override description =
    'Reads what lies in the topics; no consumer notices. With --json and --follow each event is a line.'
  static override flags = {
    topic: Flags.option({
      options: [...TOPICS, ...DEAD_LETTERS] as const,
      multiple: true,
      description: `Only of this topic (default: ${TOPICS.join(', ')}).`,
    })(),
    type: Flags.string({helpValue: 'EVENT', multiple: true, description: 'Only of this kind, such as task.completed.'}),
    user: Flags.string({helpValue: 'ID', description: 'Only of this user.'}),
    task: Flags.integer({helpValue: 'ID', min: 1, description: 'Only of this task.'}),
    since: Flags.string({
      helpValue: 'WHEN',
      description: 'From then on: 10m, 2h, or a time such as 2026-11-21T09:00Z.',
    }),
    follow: Flags.boolean({char: 'f', description: 'Go on as events come, until Ctrl-C.'}),
    lines: Flags.integer({
      char: 'n',
      helpValue: 'N',
      min: 0,
      max: 100_000,
      description: `At most so many of those that are there (default: ${DEFAULT_LINES}, with --since all).`,
    }),
    ...zoneFlags,
    ...streamFlags,
  }
  static override examples = [
    '<%= config.bin %> event tail -f',
    '<%= config.bin %> event tail --task 12 --since 1h',
    '<%= config.bin %> event tail --topic task-events-dlq --json',
  ]

  override async run(): Promise<{events: EventJson[]} | undefined> {
    const {flags} = await this.parse(EventTail)
    const view = this.timeView(flags)
    const filter: EventFilter = {
      topics: flags.topic ?? TOPICS,
      types: flags.type,
      user: flags.user,
      task: flags.task,
      since: flags.since === undefined ? undefined : parseSince(flags.since, view.now),
    }
    const limit = flags.lines ?? (filter.since === undefined ? DEFAULT_LINES : Infinity)
    const {stream} = await this.composition.stream(flags)
    const print = (event: TailedEvent): void => {
      if (flags.follow && this.jsonEnabled()) this.printLine(eventJson(event))
      else printEvent(this.out, event, view)
    }
    try {
      if (flags.follow) {
        await untilInterrupted(async (signal) => {
          const {events, rest} = await tailEvents(stream, filter, {limit, signal})
          for (const event of events) print(event)
          for await (const event of followEvents(stream, rest, filter, signal)) print(event)
        })
        return undefined
      }
      const {events} = await interruptible(async (signal) => {
        const tail = await tailEvents(stream, filter, {limit, signal})
        signal.throwIfAborted()
        return tail
      })
      for (const event of events) print(event)
      if (events.length === 0) this.out.note('There are no such events.')
      return {events: events.map(eventJson)}
    } finally {
      await stream.close()
    }
  }

  /** With --follow each event was an object of its own. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }
}
