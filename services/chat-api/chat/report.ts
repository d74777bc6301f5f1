import type {TaskResponse} from '../../contracts/tasks.ts'
import type {ChatQuestion} from '../../domain/chat/meaning.ts'
import type {DueContext} from '../../domain/dates/read-date.ts'
import {UTC, wallTime} from '../../domain/dates/zone.ts'
import {parseQuickAdd} from '../../domain/quick-add/parse-quick-add.ts'
import {dateWords, quoted, taskWords} from '../tools/task-words.ts'
import {META, type ToolResult} from '../tools/tools.ts'
import {type PlannedCall, questionText} from './plan.ts'

/** A call and what came of it; null when the person did not want it. */
export interface Outcome extends PlannedCall {
  readonly result: ToolResult | null
}

export interface Report {
  readonly text: string
  readonly question: ChatQuestion | null
}

/** What to say after tools were called. */
export function report(outcomes: readonly Outcome[], context: DueContext): Report {
  const question = outcomes.map(questionOf).find((one) => one !== null) ?? null
  const texts = outcomes.map((outcome) => textOf(outcome, context)).filter((text) => text !== '')
  return {text: [...texts, ...(question ? [questionText(question)] : [])].join('\n'), question}
}

function textOf(outcome: Outcome, context: DueContext): string {
  const {name, result} = outcome
  if (result === null) return 'All right, it stays.'
  if (result._meta?.[META.question] !== undefined) return ''
  const data = result.structuredContent
  if (data && name === 'list_tasks') return listText(outcome, (data as {tasks: TaskResponse[]}).tasks, context)
  if (data && name === 'add_task') return addedText(outcome, data as unknown as Added, context)
  return result.content.map(({text}) => text).join('\n')
}

interface Added {
  readonly task: TaskResponse
  readonly remarks: readonly string[]
}

/** With the next three dates, by which one sees whether the rule was understood. */
function addedText({input}: Outcome, {task, remarks}: Added, context: DueContext): string {
  const {zone} = context
  const {sentence} = input
  const {recurrence, end, due} = parseQuickAdd(typeof sentence === 'string' ? sentence : '', context)
  const last = end?.value.kind === 'until' ? end.value.until : Infinity
  const times = end?.value.kind === 'count' ? end.value.count - 1 : Infinity
  const next = (recurrence?.value.next ?? []).filter((at) => at <= last).slice(0, Math.min(3, times))
  const dates = next.map((at) => dateWords(at, due?.value.hasTime ?? task.due_has_time, zone))
  const reminder =
    task.reminder_at === null ? [] : [`Reminder: ${dateWords(Date.parse(task.reminder_at), true, zone)}.`]
  return [
    `Added ${taskWords(task, context)}.`,
    ...(dates.length === 0 ? [] : [`Then: ${dates.join(', ')}.`]),
    ...reminder,
    ...remarks,
  ].join('\n')
}

function listText({input, result}: Outcome, tasks: readonly TaskResponse[], context: DueContext): string {
  const what = wordsOf(input, context)
  if (tasks.length === 0) return `No tasks${what}.`
  const lines = tasks.map((task, index) => `${index + 1}. ${taskLine(task, context)}`)
  const more = result?.structuredContent?.['next_cursor']
  return [
    `${tasks.length === 1 ? 'One task' : `${tasks.length} tasks`}${what}:`,
    ...lines,
    ...(typeof more === 'string' ? ['There are more: ask for a day, a tag, or some words.'] : []),
  ].join('\n')
}

const taskLine = (task: TaskResponse, context: DueContext): string => {
  const head = `task ${task.id} ${quoted(task.title)}: `
  const words = taskWords(task, context)
  return words.startsWith(head) ? `${quoted(task.title)} #${task.id}: ${words.slice(head.length)}` : words
}

const VIEWS: Readonly<Record<string, string>> = {
  overdue: ' overdue',
  upcoming: ' coming up',
  recurring: ' that repeat',
  done: ' done, newest first',
}

function wordsOf(input: Outcome['input'], context: DueContext): string {
  const given = input as Record<string, string | undefined>
  const {view, tag, priority, search} = given
  const [from, until] = [given['due_from'], given['due_until']].map((day) => day && dayWords(day, context))
  const dates =
    until === undefined
      ? ''
      : from === until
        ? ` due ${until}`
        : from === undefined
          ? ` due by ${until}`
          : ` due ${from} to ${until}`
  return [
    VIEWS[view ?? ''] ?? '',
    dates,
    tag === undefined ? '' : ` with #${tag}`,
    priority === undefined ? '' : ` with ${['no', 'low', 'medium', 'high'][Number(priority)]!} priority`,
    search === undefined ? '' : ` about ${quoted(search)}`,
  ].join('')
}

const DAY = 86_400_000

/** A date as tools take it, `2026-11-22`, for a person: `today`, `Mon 23 Nov 2026`. Other texts are words already. */
function dayWords(date: string, {now, zone}: DueContext): string {
  const noon = /^\d{4}-\d\d-\d\d$/u.test(date) ? Date.parse(`${date}T12:00:00Z`) : NaN
  if (Number.isNaN(noon)) return date
  const {year, month, day} = wallTime(now, zone)
  const away = Math.floor(noon / DAY) - Date.UTC(year, month - 1, day) / DAY
  return (
    new Map([
      [-1, 'yesterday'],
      [0, 'today'],
      [1, 'tomorrow'],
    ]).get(away) ?? dateWords(noon, true, UTC).slice(0, -' 12:00'.length)
  )
}

interface AskedByTool {
  readonly text: string
  readonly field: string
  readonly choices: readonly {readonly means: string; readonly write: string}[]
  readonly hint: string
}

/** A question of a tool, with whole messages as answers. */
function questionOf({name, input, result}: Outcome): ChatQuestion | null {
  const asked = result?._meta?.[META.question] as AskedByTool | undefined
  if (!asked) return null
  const whole = WHOLE[`${name}.${asked.field}`]
  const choices = whole
    ? asked.choices.map(({means, write}) => ({means, write: whole(write, Number(input['id']))}))
    : []
  return {text: whole ? asked.text : `${asked.text} ${asked.hint}`, choices, fill: null}
}

const WHOLE: Readonly<Record<string, (write: string, id: number) => string>> = {
  'add_task.sentence': (write) => `add ${write}`,
  'update_task.when': (write, id) => `move #${id} to ${write}`,
  'snooze_reminder.until': (write, id) => `snooze #${id} until ${write}`,
  'skip_occurrence.until': (write, id) => `skip #${id} until ${write}`,
  'preview_recurrence.when': (write) => `preview ${write}`,
}
