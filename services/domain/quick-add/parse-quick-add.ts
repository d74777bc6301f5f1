import type {DueContext} from '../dates/read-date.ts'
import {chooseDates} from './choose-dates.ts'
import {dueOf} from './place-due.ts'
import {corrected} from './date-phrases.ts'
import {findDates} from './find-dates.ts'
import {findEnds, type FoundEnds} from './find-ends.ts'
import {findMarks} from './find-marks.ts'
import {findIntro, findReminders} from './find-reminders.ts'
import {findRule, literally} from './find-rule.ts'
import {placeReminders} from './place-reminders.ts'
import {placeSeries, type Series} from './place-series.ts'
import type {Question, QuickAdd, Remark, Span} from './quick-add.ts'
import {Sentence} from './sentence.ts'
import {titleOf} from './title.ts'

/** As the HTTP API has it. */
const MAX_TITLE = 500
/** A title of 500 characters and everything that can be said about it; what is behind is not looked at. */
const MAX_READ = 2000

const NO_ENDS: FoundEnds = {until: null, lasts: null, times: null, from: null, except: [], completion: null}

/**
 * One English sentence as a task: "pay rent on the first of every month at 9, remind me 2 hours before #home !high".
 * Never throws. What can be read in two ways is not decided but asked (`questions`); what only looks like a date stays in
 * the title, as does "quoted text" and a \word behind a backslash. docs/quick-add.md has the grammar by examples.
 */
export function parseQuickAdd(text: string, context: DueContext): QuickAdd {
  const sentence = new Sentence(text.slice(0, MAX_READ))
  const marks = findMarks(sentence)
  const wanted = findReminders(sentence)
  const search = findRule(sentence)
  const ruleSpans = [...(search.rule ? [search.rule.span] : []), ...search.questions.map(({span}) => span)]
  for (const span of ruleSpans) sentence.take(span)
  const repeats = ruleSpans.length > 0
  const second = repeats ? findRule(sentence) : null
  if (second?.rule) {
    sentence.take(second.rule.span)
    ruleSpans.push(second.rule.span)
  }
  const ends = repeats ? findEnds(sentence) : NO_ENDS
  const dates = chooseDates(sentence, findDates(sentence), context)
  for (const span of dates.spans) sentence.take(span)
  const intro = findIntro(sentence)
  const series = search.rule
    ? placeSeries(sentence, {found: search.rule, ends, day: dates.day, time: dates.time}, context)
    : single(sentence, dates, context)
  const reminders = placeReminders(wanted, {due: series.due?.value ?? null, intro, context})
  const spans = [...markSpans(marks), ...wanted.spans, ...ruleSpans, ...endSpans(ends), ...dates.spans, ...intro]
  const title = titleOf(text, spans, sentence.escapes)
  const questions = [
    ...marks.questions,
    ...search.questions,
    ...(second?.rule ? [twoRules(sentence, second.rule.span)] : []),
    ...dates.questions,
    // Where the day is in question, what follows from it is not asked, too.
    ...(search.questions.length > 0 ? [] : series.questions),
    ...(reminders.question &&
    !(
      reminders.question.code === 'missing_due' &&
      dates.questions.length + search.questions.length + series.questions.length > 0
    )
      ? [reminders.question]
      : []),
    ...titleQuestions(text, title),
  ]
  return {
    text,
    title,
    due: series.due,
    recurrence: series.recurrence,
    end: series.end,
    exceptions: series.exceptions,
    reminders: reminders.reminders,
    tags: marks.tags,
    priority: marks.priority,
    questions: questions.toSorted((a, b) => a.span.start - b.span.start),
    remarks: [...marks.remarks, ...search.remarks, ...dates.remarks, ...series.remarks, ...misspelt(sentence, spans)],
  }
}

function single(sentence: Sentence, dates: ReturnType<typeof chooseDates>, context: DueContext): Series {
  const nothing = {recurrence: null, end: null, exceptions: [], remarks: []}
  const due = dates.questions.length > 0 && !dates.day ? null : dueOf(sentence, dates, context)
  if (due === null) return {...nothing, due: null, questions: []}
  if ('code' in due) return {...nothing, due: null, questions: [due]}
  const past = due.value.at < context.now
  const remarks: Remark[] = past ? [{text: 'The due date is past.', span: due.spans[0]!}] : []
  return {...nothing, due, questions: [], remarks}
}

const markSpans = ({tags, prioritySpans}: ReturnType<typeof findMarks>): Span[] => [
  ...tags.flatMap(({spans}) => spans),
  ...prioritySpans,
]

const endSpans = ({until, lasts, times, from, except, completion}: FoundEnds): Span[] => [
  ...[until, lasts, times, from, ...except].flatMap((one) => (one ? [one.span] : [])),
  ...(completion ? [completion] : []),
]

const twoRules = (sentence: Sentence, span: Span): Question => ({
  code: 'ambiguous_rule',
  text: `A task has one rule: also ${sentence.typed(span)}?`,
  span,
  choices: [{write: '', means: `without ${sentence.typed(span)}`}, literally(sentence, span)],
  hint: 'make two tasks',
})

function titleQuestions(text: string, title: string): Question[] {
  const span = {start: 0, end: text.length}
  if (title === '')
    return [
      {code: 'missing_title', text: 'What is to be done?', span, choices: [], hint: 'say it in words beside the date'},
    ]
  if (title.length <= MAX_TITLE) return []
  const hint = `a title has at most ${MAX_TITLE} characters`
  return [{code: 'title_too_long', text: `The title has ${title.length} characters.`, span, choices: [], hint}]
}

/** `tommorow` was read as `tomorrow`: said, since it was not typed. */
function misspelt(sentence: Sentence, spans: readonly Span[]): Remark[] {
  return spans.flatMap((span) => {
    const typed = sentence.typed(span).toLowerCase()
    const right = corrected(typed)
    return right === typed ? [] : [{text: `"${typed}" was read as "${right}".`, span}]
  })
}
