import type {Field, Question, Remark, Span} from './quick-add.ts'
import {phrase, type Sentence} from './sentence.ts'

/** As the HTTP API has it. */
const MAX_TAGS = 50
const TAG = phrase(String.raw`#(?<name>[\p{L}\p{N}_\u002D]{1,50})`)
const TAG_TOO_LONG = phrase(String.raw`#[\p{L}\p{N}_\u002D]{51,}`)

export interface Marks {
  readonly tags: Field<string>[]
  readonly priority: Field<number> | null
  /** Where it was said, also when it is in question. */
  readonly prioritySpans: readonly Span[]
  readonly questions: Question[]
  readonly remarks: Remark[]
}

/** `#home`, `!high`, `p1`: signs that mean the same wherever they stand. */
export function findMarks(sentence: Sentence): Marks {
  const marks: Marks = {tags: [], priority: null, prioritySpans: [], questions: [], remarks: []}
  const priorities: Found[] = []
  for (const start of sentence.starts()) {
    readTag(sentence, start, marks)
    const found = readPriority(sentence, start)
    if (!found) continue
    sentence.take(found.span)
    priorities.push(found)
  }
  if (marks.tags.length > MAX_TAGS) {
    const span = marks.tags[MAX_TAGS]!.spans[0]!
    const hint = `a task has at most ${MAX_TAGS} tags`
    marks.questions.push({code: 'too_many_tags', text: `These are ${marks.tags.length} tags.`, span, choices: [], hint})
  }
  const prioritySpans = priorities.map(({span}) => span)
  return {...marks, priority: priorityOf(priorities, marks.questions), prioritySpans}
}

function readTag(sentence: Sentence, start: number, {tags, remarks}: Marks): void {
  const found = sentence.match(TAG, start)
  const tooLong = found ? null : sentence.match(TAG_TOO_LONG, start)
  if (tooLong) {
    const span = {start, end: start + tooLong[0].length}
    remarks.push({text: 'A tag has at most 50 characters; this one stays in the title.', span})
  }
  // "#42" is a number of something.
  if (!found || /^#\d+$/u.test(found[0])) return
  const span = {start, end: start + found[0].length}
  const value = sentence.typed({start: start + 1, end: span.end})
  const same = tags.findIndex((tag) => tag.value === value)
  if (same === -1) tags.push({value, spans: [span], confidence: 1, alternatives: []})
  else tags[same] = {...tags[same]!, spans: [...tags[same]!.spans, span]}
  sentence.take(span)
}

interface Found {
  /** Null: it can be read as two. */
  readonly value: number | null
  readonly span: Span
}

const PRIORITY = phrase(
  String.raw`!(?<word>high|medium|med|low|none)|!(?<level>[0-3])|(?<marks>!{2,3})|p(?<rank>[1-4])|(?<said>high|medium|low) priority`,
)
const LEVELS: Readonly<Record<string, number>> = {high: 3, medium: 2, med: 2, low: 1, none: 0}
export const PRIORITY_NAMES = ['none', 'low', 'medium', 'high'] as const

function readPriority(sentence: Sentence, start: number): Found | undefined {
  const found = sentence.match(PRIORITY, start)
  if (!found?.groups) return undefined
  const {word, level, marks, rank, said} = found.groups
  const span = {start, end: start + found[0].length}
  const name = word ?? said
  if (name !== undefined) return {value: LEVELS[name]!, span}
  if (marks !== undefined) return {value: marks.length, span}
  // Everyone who writes p1 means the first.
  if (rank !== undefined) return {value: 4 - Number(rank), span}
  // !2 is the middle, counted from either end; !1 is the first or the lowest.
  return {value: level === '0' ? 0 : level === '2' ? 2 : null, span}
}

function priorityOf(found: readonly Found[], questions: Question[]): Field<number> | null {
  const [first] = found
  if (!first) return null
  const last = found.at(-1)!
  const spans = found.map(({span}) => span)
  if (found.some(({value}) => value !== first.value)) {
    const hint = 'keep one of them'
    questions.push({code: 'ambiguous_priority', text: 'Which priority?', span: last.span, choices: [], hint})
    return null
  }
  if (first.value === null) {
    const choices = [choiceOf(3), choiceOf(1)]
    const hint = 'write !high, !medium or !low, or p1 to p4'
    questions.push({code: 'ambiguous_priority', text: 'Is 1 the highest?', span: last.span, choices, hint})
    return null
  }
  return {value: first.value, spans, confidence: 1, alternatives: []}
}

const choiceOf = (value: number): {write: string; means: string} => {
  const name = PRIORITY_NAMES[value]!
  return {write: `!${name}`, means: `priority ${name}`}
}
