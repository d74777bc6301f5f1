import {zoneOf} from '../../../../domain/dates/zone.ts'
import {parseQuickAdd} from '../../../../domain/quick-add/parse-quick-add.ts'
import type {Question, QuickAdd} from '../../../../domain/quick-add/quick-add.ts'
import {type TaskFields, taskFields, withChoice} from '../../../../domain/quick-add/task-fields.ts'
import {counted, dueDate, shortDay} from '../time/day-words.ts'

/** What was understood of a sentence, for the line below the box. Loaded when somebody begins to type. */
export interface Understood {
  readonly title: string
  /** `Mon 23 Nov, 07:00`, `every Monday at 07:00`, `then 30 Nov, 7 Dec`, `#home`. */
  readonly facts: readonly string[]
  readonly remarks: readonly string[]
  /** How else it could be meant, each with the text that says so. */
  readonly others: readonly {readonly label: string; readonly text: string}[]
  /** To be answered before it is a task; each choice is the text to go on with. */
  readonly question: {
    readonly text: string
    readonly hint: string
    readonly choices: readonly {readonly label: string; readonly text: string}[]
  } | null
  readonly fields: TaskFields
}

const PRIORITIES = ['no priority', 'low priority', 'medium priority', 'high priority']
const MOST_NEXT = 2

export function understand(text: string, zone: string, now: number): Understood {
  const read = parseQuickAdd(text, {zone: zoneOf(zone), now})
  const [question] = read.questions
  const others = [read.due, read.recurrence, read.reminders].flatMap((field) => field?.alternatives ?? [])
  return {
    title: read.title,
    facts: factsOf(read, zone, now),
    remarks: [...read.remarks.map((remark) => remark.text), ...exceptionRemarks(read, zone, now)],
    others: others.map((other) => ({label: other.means, text: withChoice(text, other, other)})),
    question: question ? {text: question.text, hint: question.hint, choices: choicesOf(text, question)} : null,
    fields: taskFields(read),
  }
}

const choicesOf = (text: string, question: Question) =>
  question.choices.map((choice) => ({label: choice.means, text: withChoice(text, question, choice)}))

function factsOf(read: QuickAdd, zone: string, now: number): string[] {
  const {due, recurrence, end, reminders, tags, priority} = read
  const next =
    recurrence?.value.next.slice(0, MOST_NEXT).map((at) => shortDay(at, zone, now).replace(/^\w+ /u, '')) ?? []
  return [
    ...(due ? [dueDate(due.value, zone, now)] : []),
    ...(recurrence ? [recurrence.value.words.replace(/ at [\d:]+$/u, '')] : []),
    ...(next.length > 0 ? [`then ${next.join(', ')}`] : []),
    ...(end
      ? [
          end.value.kind === 'count'
            ? counted(end.value.count, 'time')
            : `until ${shortDay(end.value.until, zone, now)}`,
        ]
      : []),
    ...(reminders ? [remindersIn(reminders.value.map(({offsetSeconds}) => offsetSeconds))] : []),
    ...(priority ? [PRIORITIES[priority.value]!] : []),
    ...tags.map(({value}) => `#${value}`),
  ]
}

function remindersIn(offsets: readonly number[]): string {
  if (offsets.length === 0) return 'no reminder'
  return `reminder ${offsets.map((seconds) => (seconds === 0 ? 'when due' : `${duration(seconds)} before`)).join(', ')}`
}

function duration(seconds: number): string {
  if (seconds % 86_400 === 0) return counted(seconds / 86_400, 'day')
  if (seconds % 3600 === 0) return counted(seconds / 3600, 'hour')
  return counted(Math.round(seconds / 60), 'minute')
}

const exceptionRemarks = ({exceptions}: QuickAdd, zone: string, now: number): string[] =>
  exceptions.map(({value}) => {
    const day = shortDay(value.day, zone, now)
    // A rule has no exceptions (docs/quick-add.md): that one is skipped when its turn has come.
    return value.occurrence === null
      ? `Nothing falls on ${day}, so there is nothing to leave out.`
      : `${day} comes all the same: skip it when it is open.`
  })
