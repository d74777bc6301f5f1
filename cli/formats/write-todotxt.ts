import {defaultReminders} from '../../services/domain/reminders/reminder-times.ts'
import {parseRule} from '../../services/domain/recurrence/index.ts'
import {dayText, dueText, timeText} from './day-text.ts'
import type {PortableSeries, PortableTask, ReadContext, WrittenFile, WrittenLoss} from './portable-task.ts'
import {readRec} from './read-todotxt.ts'
import {reminderText} from './reminder-text.ts'
import {escapedWord} from './todotxt-tokens.ts'

/** One line a task; what todo.txt has no word for stands in keys of todo5, which other programs leave alone. */
export function writeTodotxt(tasks: readonly PortableTask[], context: ReadContext): WrittenFile {
  const losses: WrittenLoss[] = []
  const lines = tasks.map((task) => {
    const {title} = task
    if (task.description !== '') losses.push({title, what: 'the description', why: 'a task of todo.txt is one line'})
    return lineOf(task, context, (what, why) => losses.push({title, what, why}))
  })
  return {text: lines.map((line) => `${line}\n`).join(''), losses}
}

type Lose = (what: string, why: string) => void

function lineOf(task: PortableTask, context: ReadContext, lose: Lose): string {
  const letter = [undefined, 'C', 'B', 'A'][task.priority]
  const words: string[] = []
  if (task.done) words.push('x')
  else if (letter !== undefined) words.push(`(${letter})`)
  words.push(...task.title.split(' ').map((word, index) => escapedWord(word, index === 0)))
  if (task.done && letter !== undefined) words.push(`pri:${letter}`)
  words.push(...task.tags.map((tag) => `@${tag}`))
  if (task.due !== null) {
    words.push(`due:${dayText(task.due, context.zone)}`)
    if (task.due.hasTime) words.push(`time:${timeText(task.due.at, context.zone)}`)
  }
  if (task.series !== null) words.push(...ruleWords(task, task.series, {context, lose}))
  if (task.movedTo !== null) words.push(`moved:${dueText(task.movedTo, context.zone)}`)
  if (task.due !== null && task.reminders !== null && !areUsual(task))
    words.push(`remind:${reminderText(task.reminders)}`)
  return words.join(' ')
}

function ruleWords(
  {due}: PortableTask,
  series: PortableSeries,
  {context, lose}: {context: ReadContext; lose: Lose},
): string[] {
  const rec = due === null ? undefined : recOf(series, due, context)
  if (rec === undefined) {
    lose('the rule, for other programs', 'they know rec: alone; todo5 reads it back from rrule:')
  }
  return [
    rec ?? `rrule:${series.pattern}`,
    ...(rec === undefined && series.anchor === 'completion' ? ['anchor:completion'] : []),
    ...(series.until === null ? [] : [`until:${new Date(series.until).toISOString().replace('.000Z', 'Z')}`]),
    ...(series.catchUp === 'each' ? ['catch-up:each'] : []),
  ]
}

const LETTERS: Readonly<Record<string, string>> = {DAILY: 'd', WEEKLY: 'w', MONTHLY: 'm', YEARLY: 'y'}

/** The word of todo.txt that is read back as this very rule. */
function recOf(
  series: PortableSeries,
  due: NonNullable<PortableTask['due']>,
  context: ReadContext,
): string | undefined {
  const {freq, interval} = parseRule(series.pattern)
  const sign = series.anchor === 'completion' ? '' : '+'
  return [`${sign}${interval}${LETTERS[freq] ?? '?'}`, ...(sign === '+' ? ['+1b'] : [])]
    .filter((rec) => {
      const back = readRec(rec, {due, until: series.until}, [], context)
      return (
        back &&
        'series' in back &&
        back.series.pattern === series.pattern &&
        back.series.anchor === series.anchor &&
        back.due.at === due.at
      )
    })
    .map((rec) => `rec:${rec}`)[0]
}

function areUsual({due, reminders}: PortableTask): boolean {
  const usual = defaultReminders(due!.hasTime).map(({offset_seconds}) => ({offset_seconds}))
  return reminderText(reminders!) === reminderText(usual)
}
