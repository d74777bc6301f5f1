import type {z} from 'zod'
import {listAuditQuery} from './audit.ts'
import {calendarQuery} from './calendar.ts'
import {historyQuery, seriesQuery} from './history.ts'
import {COMMENT_SECONDS, MAX_STREAMS_PER_USER} from './live.ts'
import {listMailsQuery} from './mailbox.ts'
import {recurrenceCheckQuery} from './recurrence-check.ts'
import {scopeQuery} from './scope.ts'
import {MAX_SKIPPED} from './skip-task.ts'
import {MAX_WAIT_SECONDS, listTasksQuery} from './tasks.ts'
import {UNDOABLE_HOURS, undoListQuery} from './undo.ts'

/** A request header as the document names it. */
export type RequestHeader = 'IfMatch' | 'IdempotencyKey' | 'PreferWait'

export interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** Below /api/v1. */
  readonly path: string
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly query?: z.ZodObject
  readonly headers?: readonly RequestHeader[]
  /** Name of a request schema. */
  readonly body?: string
  readonly success: {
    readonly status: number
    readonly description: string
    /** Name of a response schema; none for an empty answer. */
    readonly schema?: string
    /** Of the answer; application/json unless given. */
    readonly type?: 'text/event-stream' | 'text/calendar'
    readonly headers?: readonly ('ETag' | 'Location')[]
    /** Whoever has this version already gets a 304. */
    readonly notModified?: true
  }
  /** Beside those that every operation can answer. */
  readonly errors: readonly number[]
}

const WRITE_ERRORS = [400, 403] as const
const BODY_ERRORS = [...WRITE_ERRORS, 413, 415, 422] as const
const ONE_TASK = {headers: ['IfMatch', 'IdempotencyKey'], errors: [...WRITE_ERRORS, 404, 409, 412, 413, 422]} as const

/** Everything under /api/v1. Test support refuses whatever a service answers beyond this. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/tasks',
    operationId: 'listTasks',
    tag: 'tasks',
    summary: 'List tasks',
    description: 'Open ones by due date, those without one last; done ones newest first.',
    query: listTasksQuery,
    success: {status: 200, description: 'A page of tasks', schema: 'TaskList'},
    errors: [422],
  },
  {
    method: 'post',
    path: '/tasks',
    operationId: 'createTask',
    tag: 'tasks',
    summary: 'Create a task',
    headers: ['IdempotencyKey'],
    body: 'CreateTask',
    success: {status: 201, description: 'The task', schema: 'Task', headers: ['ETag', 'Location']},
    errors: BODY_ERRORS,
  },
  {
    method: 'get',
    path: '/tasks/{id}',
    operationId: 'getTask',
    tag: 'tasks',
    summary: 'Get a task',
    success: {status: 200, description: 'The task', schema: 'Task', headers: ['ETag']},
    errors: [404],
  },
  {
    method: 'patch',
    path: '/tasks/{id}',
    operationId: 'updateTask',
    tag: 'tasks',
    summary: 'Change a task',
    description:
      'Only the fields that are given. Of a recurring task `scope` says how far it reaches: `this` occurrence, it and those that `following`, or `all`, what is done included. Without it a new due date is for this one, everything else for the following ones too.',
    query: scopeQuery,
    body: 'UpdateTask',
    success: {status: 200, description: 'The task as it is now', schema: 'Task', headers: ['ETag']},
    ...ONE_TASK,
    errors: [...ONE_TASK.errors, 415],
  },
  {
    method: 'delete',
    path: '/tasks/{id}',
    operationId: 'deleteTask',
    tag: 'tasks',
    summary: 'Delete a task',
    description:
      'Of a recurring task `scope` says what: `this` skips the occurrence, and the next one comes; `following` ends the series, what is done stays; `all` deletes that too.',
    query: scopeQuery,
    success: {status: 200, description: 'The task as it was last', schema: 'Task', headers: ['ETag']},
    ...ONE_TASK,
  },
  {
    method: 'post',
    path: '/tasks/{id}/complete',
    operationId: 'completeTask',
    tag: 'tasks',
    summary: 'Complete a task',
    description: `The next occurrence of a recurring task is made by another service: \`Prefer: wait=N\` waits for it up to N seconds, at most ${MAX_WAIT_SECONDS}.`,
    success: {status: 200, description: 'The task, and what follows it', schema: 'CompletedTask', headers: ['ETag']},
    ...ONE_TASK,
    headers: [...ONE_TASK.headers, 'PreferWait'],
  },
  {
    method: 'post',
    path: '/tasks/{id}/reopen',
    operationId: 'reopenTask',
    tag: 'tasks',
    summary: 'Take a completion back',
    description: 'An occurrence that came after it disappears again, unless it was touched: that is a 409.',
    success: {status: 200, description: 'The open task', schema: 'Task', headers: ['ETag']},
    ...ONE_TASK,
  },
  {
    method: 'post',
    path: '/tasks/{id}/snooze',
    operationId: 'snoozeTask',
    tag: 'tasks',
    summary: 'Be reminded later',
    description:
      'One reminder then, in place of those that would come before it; due date, rule and version stay. A second snooze moves the first.',
    body: 'SnoozeTask',
    success: {status: 200, description: 'The task with its reminders', schema: 'Task', headers: ['ETag']},
    ...ONE_TASK,
    errors: [...ONE_TASK.errors, 415],
  },
  {
    method: 'post',
    path: '/tasks/{id}/skip',
    operationId: 'skipTask',
    tag: 'tasks',
    summary: 'Skip an occurrence of a recurring task, or all up to a date',
    description: `Skipped ones stay visible and never come back by themselves. With \`until\` at most ${MAX_SKIPPED} are skipped, the open one of its series first, and one undo takes all back.`,
    body: 'SkipTask',
    success: {status: 200, description: 'What was skipped, and what is open now', schema: 'SkippedTask'},
    ...ONE_TASK,
    headers: [...ONE_TASK.headers, 'PreferWait'],
    errors: [...ONE_TASK.errors, 415],
  },
  {
    method: 'post',
    path: '/tasks/batch',
    operationId: 'changeTasks',
    tag: 'tasks',
    summary: 'Make several changes',
    description: `Each by itself, with its own status in the answer; \`atomic\`: all, or none with the problem of the first that fails. Undone together. Skips at most ${MAX_SKIPPED} occurrences. Repeated with its Idempotency-Key it goes on where it stopped.`,
    headers: ['IdempotencyKey', 'PreferWait'],
    body: 'Batch',
    success: {status: 200, description: 'One result for each operation, in their order', schema: 'BatchResults'},
    errors: [...BODY_ERRORS, 404, 409, 412],
  },
  {
    method: 'get',
    path: '/undo',
    operationId: 'listChanges',
    tag: 'undo',
    summary: 'List what can be undone',
    description: `Your changes of the last ${UNDOABLE_HOURS} hours that are not undone, newest first; with \`task_id\` those of one task.`,
    query: undoListQuery,
    success: {status: 200, description: 'The changes', schema: 'ChangeList'},
    errors: [422],
  },
  {
    method: 'post',
    path: '/undo',
    operationId: 'undoChange',
    tag: 'undo',
    summary: 'Undo your last change, or the one with an id',
    description:
      'The last change is the one that was the last when this was asked for. Refused with 409 when something later stands that changed the same task or series: undo that first. What was sent stays sent.',
    headers: ['IdempotencyKey'],
    body: 'Undo',
    success: {status: 200, description: 'What was undone, and the tasks as they are again', schema: 'UndoneChange'},
    errors: [...BODY_ERRORS, 404, 409],
  },
  {
    method: 'get',
    path: '/tasks/{id}/series',
    operationId: 'getSeries',
    tag: 'tasks',
    summary: 'Get the life of a recurring task',
    description: 'Its past and coming occurrences and how it was kept, also under the rules that it had before.',
    query: seriesQuery,
    success: {status: 200, description: 'The series', schema: 'Series'},
    errors: [404, 422],
  },
  {
    method: 'get',
    path: '/tasks/{id}/reminders',
    operationId: 'listTaskReminders',
    tag: 'tasks',
    summary: 'List what became of every reminder of a task',
    success: {status: 200, description: 'The reminders, oldest first', schema: 'TaskReminders'},
    errors: [404],
  },
  {
    method: 'get',
    path: '/tasks/{id}/history',
    operationId: 'getTaskHistory',
    tag: 'tasks',
    summary: 'Get what happened to a task, and why a reminder came or did not',
    query: historyQuery,
    success: {status: 200, description: 'The history, oldest first', schema: 'TaskHistory'},
    errors: [404, 422],
  },
  {
    method: 'get',
    path: '/operator/recurrence',
    operationId: 'checkRecurrence',
    tag: 'operator',
    summary: 'Compare what is stored of every live series with the recurrence engine',
    query: recurrenceCheckQuery,
    success: {status: 200, description: 'What differs', schema: 'RecurrenceCheck'},
    errors: [403, 422],
  },
  {
    method: 'post',
    path: '/operator/recurrence/repair',
    operationId: 'repairRecurrence',
    tag: 'operator',
    summary: 'Put right what differs, with an event for each change',
    query: recurrenceCheckQuery,
    headers: ['IdempotencyKey'],
    success: {status: 200, description: 'What differed, and whether it was repaired', schema: 'RecurrenceCheck'},
    errors: [...WRITE_ERRORS, 422],
  },
  {
    method: 'get',
    path: '/live',
    operationId: 'followTasks',
    tag: 'live',
    summary: 'Follow what changes',
    description: `Open until one side ends it; a comment every ${COMMENT_SECONDS} s when nothing happens. Nothing is sent twice after a pause: connect again and look at everything. Ended when the key or session ends. At most ${MAX_STREAMS_PER_USER} streams of a user; a reader with 64 KiB waiting for it is cut off.`,
    success: {status: 200, description: 'The stream', schema: 'LiveStream', type: 'text/event-stream'},
    errors: [],
  },
  {
    method: 'get',
    path: '/audit',
    operationId: 'listAudit',
    tag: 'audit',
    summary: 'List what happened',
    description: 'Your own entries, newest first; of one task with `task_id`.',
    query: listAuditQuery,
    success: {status: 200, description: 'A page of entries', schema: 'AuditList'},
    errors: [422],
  },
  {
    method: 'get',
    path: '/profile',
    operationId: 'getProfile',
    tag: 'profile',
    summary: 'Get your profile',
    success: {status: 200, description: 'The profile', schema: 'Profile'},
    errors: [],
  },
  {
    method: 'patch',
    path: '/profile',
    operationId: 'updateProfile',
    tag: 'profile',
    summary: 'Change your profile',
    body: 'UpdateProfile',
    success: {status: 200, description: 'The profile as it is now', schema: 'Profile'},
    errors: BODY_ERRORS,
  },
  {
    method: 'get',
    path: '/calendar',
    operationId: 'getCalendarLink',
    tag: 'calendar',
    summary: 'Get whether there is a calendar link',
    success: {status: 200, description: 'When it was made', schema: 'CalendarLinkState'},
    errors: [],
  },
  {
    method: 'post',
    path: '/calendar',
    operationId: 'makeCalendarLink',
    tag: 'calendar',
    summary: 'Make a calendar link, in place of the one before',
    description: 'The address reads your calendar without a key, and nothing else. It is shown this once.',
    success: {status: 201, description: 'The link', schema: 'CalendarLink'},
    errors: WRITE_ERRORS,
  },
  {
    method: 'delete',
    path: '/calendar',
    operationId: 'endCalendarLink',
    tag: 'calendar',
    summary: 'End the calendar link',
    success: {status: 204, description: 'There is none any more'},
    errors: WRITE_ERRORS,
  },
  {
    method: 'get',
    path: '/calendar.ics',
    operationId: 'readCalendar',
    tag: 'calendar',
    summary: 'Read your open tasks as a calendar',
    description:
      'Dated tasks as VEVENT, a series with its RRULE; open tasks as VTODO; at most 5,000. UIDs stay the same. The token of a calendar link stands for a key.',
    query: calendarQuery,
    success: {
      status: 200,
      description: 'The calendar',
      schema: 'Calendar',
      type: 'text/calendar',
      headers: ['ETag'],
      notModified: true,
    },
    errors: [422],
  },
  {
    method: 'get',
    path: '/export',
    operationId: 'exportAccount',
    tag: 'account',
    summary: 'Get all that is kept of you',
    description:
      'One document, written while it is read: without its last field, `complete`, it was cut off. No secrets are in it, nor what a change looked like before (kept 24 hours for undo).',
    success: {status: 200, description: 'The document', schema: 'Export'},
    errors: [],
  },
  {
    method: 'delete',
    path: '/account',
    operationId: 'deleteAccount',
    tag: 'account',
    summary: 'Delete your account and all that is in it',
    description:
      'With the password, or a session of the last 10 minutes. At once and for good; the answer says what went and what stays.',
    body: 'DeleteAccount',
    success: {status: 200, description: 'What went, and what stays', schema: 'DeletedAccount'},
    errors: [...BODY_ERRORS, 409],
  },
  {
    method: 'post',
    path: '/operator/sign-in-link',
    operationId: 'makeSignInLink',
    tag: 'account',
    summary: 'Make a link that signs you in, once, within five minutes',
    description: 'On the local and the host target only.',
    success: {status: 201, description: 'The link', schema: 'SignInLink'},
    errors: [403, 404],
  },
  {
    method: 'get',
    path: '/mailbox',
    operationId: 'listMails',
    tag: 'mailbox',
    summary: 'List the mails of the local mailbox',
    description: 'Newest first; for operators, on the local target only.',
    query: listMailsQuery,
    success: {status: 200, description: 'The mails', schema: 'MailboxList'},
    errors: [403, 404, 422],
  },
  {
    method: 'get',
    path: '/mailbox/{id}',
    operationId: 'getMail',
    tag: 'mailbox',
    summary: 'Get a mail of the local mailbox',
    description: 'For operators, on the local target only.',
    success: {status: 200, description: 'The mail', schema: 'Mail'},
    errors: [403, 404],
  },
  {
    method: 'delete',
    path: '/mailbox',
    operationId: 'clearMailbox',
    tag: 'mailbox',
    summary: 'Empty the local mailbox',
    description: 'For operators, on the local target only.',
    success: {status: 204, description: 'It is empty'},
    errors: [403, 404],
  },
]
