import {z} from 'zod'
import {auditEntryResponse} from '../../services/contracts/audit.ts'
import {seriesResponse, taskHistoryResponse} from '../../services/contracts/history.ts'
import {instantOutput} from '../../services/contracts/instant.ts'
import {recurrenceDifference} from '../../services/contracts/recurrence-check.ts'
import {completeTaskResponse, taskListResponse, taskResponse} from '../../services/contracts/tasks.ts'
import {skipTaskResponse} from '../../services/contracts/skip-task.ts'
import {changeResponse, undoResponse} from '../../services/contracts/undo.ts'
import {besides, either, failure, listed, one, perThing, type Printed, steps, watched} from './printed.ts'

const span = z.object({start: z.int(), end: z.int()})

/** A part of a sentence: how it was read, where it stands (UTF-16 units), and what else it could be. */
const read = (value: z.ZodType) =>
  z.object({
    value,
    spans: z.array(span),
    /** 0 to 1. */
    confidence: z.number(),
    alternatives: z.array(z.object({write: z.string(), means: z.string(), span})),
  })

const anchor = z.enum(['due', 'completion'])

export const reading = z.object({
  text: z.string(),
  title: z.string(),
  due: read(z.object({at: instantOutput, has_time: z.boolean()})).nullable(),
  recurrence: read(
    z.object({rule: z.string(), description: z.string(), next: z.array(instantOutput), anchor}),
  ).nullable(),
  end: read(z.object({count: z.int().nullable(), until: instantOutput.nullable()})).nullable(),
  exceptions: z.array(read(z.object({day: instantOutput, occurrence: instantOutput.nullable()}))),
  reminders: read(
    z.array(
      z.object({
        offset_seconds: z.int(),
        channels: z.array(z.string()).nullable(),
        nag_every_seconds: z.int().nullable(),
      }),
    ),
  ).nullable(),
  tags: z.array(read(z.string())),
  priority: read(z.int()).nullable(),
  remarks: z.array(z.object({text: z.string(), start: z.int(), end: z.int()})),
})

const added = taskResponse.extend({read: reading})
const page = {next_cursor: z.string().nullable()}
const changed = besides(perThing(taskResponse), steps.requests)

/** A change that waits for todo5 sync, as nobody answered. */
const queued = z.object({
  queued: z.object({
    id: z.string(),
    context: z.string(),
    queued_at: instantOutput,
    method: z.string(),
    path: z.string(),
    body: z.unknown(),
  }),
})
const orQueued = (thing: z.ZodType, kept: z.ZodType = queued): Printed =>
  besides(perThing(thing), z.union([kept, z.object({results: z.array(z.union([thing, kept, failure]))})]))

const waitingItem = {id: z.string(), summary: z.string(), queued_at: instantOutput}

const clockTime = {
  time_zone: z.string(),
  start: instantOutput,
  /** False: the rule is about whole days, which end at their last second. */
  has_time: z.boolean(),
}

export const TASK_COMMANDS = {
  add: besides(orQueued(added, queued.extend({read: reading})), steps.requests.extend({read: z.array(reading)})),
  sync: besides(
    listed(
      'sent',
      z.object({
        ...waitingItem,
        /** What the API answers to such a change. */
        answer: z.unknown(),
      }),
      {
        context: z.string(),
        refused: z.array(z.object({...waitingItem, error: failure.shape.error})),
        waiting: z.array(
          z.object({...waitingItem, reason: z.enum(['old', 'behind', 'other_account', 'refused', 'not_sent'])}),
        ),
        dropped: z.array(z.object({id: z.string(), summary: z.string()})),
        /** Why the rest was not sent. */
        stopped: failure.shape.error.nullable(),
      },
    ),
    steps.requests,
  ),
  today: listed('tasks', taskResponse, page),
  undo: besides(either(one(undoResponse), listed('changes', changeResponse)), steps.requests),
  audit: listed('entries', auditEntryResponse, page),
  'task:add': besides(orQueued(taskResponse), steps.requests),
  'task:list': watched(listed('tasks', taskResponse, page), taskListResponse),
  'task:agenda': one(
    z.object({
      time_zone: z.string(),
      overdue: z.array(taskResponse),
      days: z.array(
        z.object({
          /** A day in that zone. */
          date: z.iso.date(),
          entries: z.array(
            z.object({
              due_at: instantOutput,
              /** The series of the task will have it. */
              projected: z.boolean(),
              task: taskResponse,
            }),
          ),
        }),
      ),
    }),
  ),
  'task:show': one(taskResponse.extend({series: seriesResponse.nullable()})),
  'task:history': one(taskHistoryResponse),
  'task:done': besides(orQueued(completeTaskResponse), steps.requests),
  'task:skip': besides(perThing(skipTaskResponse), steps.requests),
  'task:edit': changed,
  'task:reschedule': changed,
  'task:snooze': changed,
  'task:remind': changed,
  'task:reopen': changed,
  'task:delete': changed,
  'recurrence:preview': one(
    z.object({
      rule: z.string(),
      description: z.string(),
      ...clockTime,
      occurrences: z.array(instantOutput),
      more: z.boolean(),
      clock_changes: z.array(z.object({at: instantOutput, first: instantOutput, effect: z.string()})),
      notes: z.array(z.string()),
    }),
  ),
  'recurrence:explain': one(
    z.object({
      canonical: z.string(),
      description: z.string(),
      parts: z.array(z.object({part: z.string(), meaning: z.string(), from: z.enum(['rule', 'start'])})),
      ...clockTime,
      utc_rule: z.string(),
      last: instantOutput.nullable(),
      next: z.array(instantOutput),
      notes: z.array(z.string()),
    }),
  ),
  'recurrence:check': listed('differences', recurrenceDifference, {checked: z.int()}),
} satisfies Record<string, Printed>
