import type {AuditListResponse} from '../../services/contracts/audit.ts'
import {traceOf} from '../../services/contracts/trace-context.ts'
import type {TaskApi} from '../client/task-api.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Zipkin, ZipkinSpan} from '../tools/zipkin.ts'
import {findTask} from './find-task.ts'
import {traceTree, type TraceTree} from './trace-tree.ts'

/** What happened to a task, and the trace that it happened in. */
export interface TracedEvent {
  readonly event_id: string
  readonly event_type: string
  readonly task_id: number
  readonly occurred_at: string
  readonly trace_id: string
}

export interface FoundTrace extends TraceTree {
  /** By which it was found; null for the id of a trace or an event. */
  readonly event: TracedEvent | null
  /** Other traces of the same task, newest first. */
  readonly others: readonly TracedEvent[]
}

/** So many events of a task are looked for; each is a question to Zipkin. */
const MOST_EVENTS = 12

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu

/**
 * The trace of what a person names: the id of a trace, a traceparent, the id of an event, or a task (its newest change that
 * was recorded); without a name, their newest change of any task. An error (exit 3) when nothing was recorded.
 */
export async function findTrace(
  zipkin: Zipkin,
  api: () => Promise<TaskApi>,
  ref: string | undefined,
): Promise<FoundTrace> {
  const text = ref?.trim().toLowerCase()
  if (text !== undefined) {
    const id = /^[0-9a-f]{32}$/u.test(text) ? text : traceOf(text)?.id
    if (id !== undefined) return alone(await zipkin.trace(id), `of the id ${id}`)
    if (UUID.test(text)) return alone(await zipkin.ofEvent(text), `of event ${text}`)
  }
  const tasks = await api()
  const task = ref === undefined ? undefined : await findTask(tasks, ref)
  const {entries} = await tasks.audit({limit: MOST_EVENTS, ...(task && {task_id: task.id})})
  const [newest, ...others] = await tracesOf(zipkin, entries)
  if (!newest) throw notRecorded(task ? `of task ${task.id}` : 'of your last changes')
  return {...newest.tree, event: newest.event, others: others.map(({event}) => event)}
}

/** Newest first; each trace once, with the event that it began with. */
async function tracesOf(
  zipkin: Zipkin,
  entries: AuditListResponse['entries'],
): Promise<{event: TracedEvent; tree: TraceTree}[]> {
  const found = await Promise.all(
    entries.map(async ({event_id, event_type, task_id, occurred_at}) => {
      const tree = traceTree(await zipkin.ofEvent(event_id))
      return tree && {event: {event_id, event_type, task_id, occurred_at, trace_id: tree.trace_id}, tree}
    }),
  )
  const byTrace = new Map<string, {event: TracedEvent; tree: TraceTree}>()
  // A change of a task says more than the reminders that it moved.
  const isChange = ({event}: {event: TracedEvent}): boolean => event.event_type.startsWith('task.')
  for (const one of found) {
    const before = one && byTrace.get(one.tree.trace_id)
    if (one && (!before || isChange(one) || !isChange(before))) byTrace.set(one.tree.trace_id, one)
  }
  return [...byTrace.values()].toSorted((a, b) => (a.tree.started_at < b.tree.started_at ? 1 : -1))
}

function alone(spans: readonly ZipkinSpan[], what: string): FoundTrace {
  const tree = traceTree(spans)
  if (!tree) throw notRecorded(what)
  return {...tree, event: null, others: []}
}

const notRecorded = (what: string): CliError =>
  new CliError(`Zipkin knows no trace ${what}.`, {
    code: 'trace_not_found',
    exit: EXIT.notFound,
    hints: [
      'spans come within some seconds: try again',
      'Zipkin forgets when it is started again, and a sampling below 1 leaves traces out',
      'todo5 logs --event ID        what was logged',
    ],
  })
