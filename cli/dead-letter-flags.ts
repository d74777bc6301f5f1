import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {Topic} from '../services/domain/events/event-types.ts'
import type {LetterFilter} from './operations/dead-letters/read-letters.ts'
import {parseSince} from './operations/parse-since.ts'

/** Not the domain's list: that loads zod, 25 ms. */
const TOPICS = ['task-events', 'reminders', 'task-updates'] as const satisfies readonly Topic[]

/** Which dead letters. */
export const letterFlags = {
  topic: Flags.option({options: TOPICS, multiple: true, description: 'Only events of this topic.'})(),
  type: Flags.string({helpValue: 'EVENT', description: 'Only of this kind, such as task.completed.'}),
  code: Flags.string({helpValue: 'CODE', description: 'Only with this code, such as handler_failed.'}),
  consumer: Flags.string({helpValue: 'SERVICE', description: 'Only of this consumer, such as audit-service.'}),
  user: Flags.string({helpValue: 'ID', description: 'Only of this user.'}),
  since: Flags.string({
    helpValue: 'WHEN',
    description: 'Only since then: 10m, 2h, or a time such as 2026-11-21T09:00Z.',
  }),
}

export const letterIds = {
  id: Args.string({multiple: true, description: 'Such as task-events/3/17, as dlq list shows it.'}),
}

interface LetterFlags {
  readonly topic?: readonly Topic[] | undefined
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly consumer?: string | undefined
  readonly user?: string | undefined
  readonly since?: string | undefined
}

/** `now` in ms since the epoch, UTC. */
export const letterFilter = (flags: LetterFlags, now: number): LetterFilter => ({
  topics: flags.topic,
  type: flags.type,
  code: flags.code,
  consumer: flags.consumer,
  user: flags.user,
  since: flags.since === undefined ? undefined : parseSince(flags.since, now),
})
