import {readDuration} from '../dates/duration.ts'
import {spelledOut} from '../dates/date-words.ts'
import {type Channel, CHANNELS, type Span} from './quick-add.ts'
import {phrase, type Sentence} from './sentence.ts'

/** What a reminder says of its time; what it is before or at is known later. */
export type ReminderWish =
  | {readonly kind: 'before'; readonly seconds: number}
  | {readonly kind: 'at'; readonly time: string; readonly daysBefore: number}

export interface FoundReminders {
  /** Null: the usual ones. */
  readonly wishes: readonly ReminderWish[] | null
  readonly none: boolean
  readonly nagEverySeconds: number | null
  readonly channels: readonly Channel[] | null
  readonly spans: readonly Span[]
}

const UNIT = '(?:seconds?|secs?|minutes?|mins?|min|hours?|hrs?|hr|days?|weeks?|m|h|d|w)'
const AMOUNT = String.raw`(?:\d{1,5} ?${UNIT}(?: ?\d{1,2} ?${UNIT})?|(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an) ${UNIT})`
const TIME = String.raw`(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?|noon|midnight)`
const OFFSET = [
  String.raw`(?:in the )?(?<part>morning|evening|night) before(?: at (?<parttime>${TIME}))?`,
  String.raw`(?:the |a )?day before(?: at (?<daytime>${TIME}))?`,
  `(?<amount>${AMOUNT})(?: (?:before(?:hand)?|earlier|prior|ahead|in advance))?(?: at (?<amounttime>${TIME}))?`,
  `at (?<time>${TIME})(?: (?:on|of) (?:that|the) day)?`,
  "(?<due>when (?:it is |it's )?due|on time|at the (?:due )?time|at due time)",
].join('|')
const NEXT = phrase(`(?:, and |,? |and |& |and the )?(?:the )?(?:${OFFSET})`)
const BEGIN = phrase(
  '(?:and |, )?(?:please )?(?:with )?(?:remind(?: me)?(?: again)?|(?:a )?reminders?(?: at| of|:)?|alert me|notify me)',
)
const NONE = phrase("(?:with )?(?:no reminders?|without (?:an? |any )?reminders?|(?:don't|do not|dont) remind(?: me)?)")
const NAG = phrase(
  `(?:and )?(?:(?:nag|keep reminding|remind)(?: me)? every (?<every>\\d{1,5} ?${UNIT}|${UNIT}|half an hour)(?: until (?:it is |it's )?done)?|(?<nag>nag)(?: me)?)`,
)
/** In a sentence that begins with "remind me": `…, 15 minutes before`. */
const ALONE = phrase(`(?:and )?(?<amount>${AMOUNT}) (?:before(?:hand)?|earlier|in advance)(?=[ .!]*$)`)
const EVERY = phrase(
  `(?:,? ?and |,? ?then )?(?:nag(?: me)? )?every (?<every>\\d{1,5} ?${UNIT}|half an hour)(?: until (?:it is |it's )?done)?`,
)
const BY = phrase(
  '(?:by|via|with|as|per) (?:an? )?(?<way>e-?mail|mail|push(?: notification)?|notification|webhook)(?:(?: and|,|, and)(?: by)? (?<second>e-?mail|mail|push|webhook))?',
)
/** "remind me to …", "remind me tomorrow at 9 to …": said of the task itself. */
const INTRO = /^(?<lead>[ \uE000]*)(?<remind>(?:please )?remind me)(?<gap>[ \uE000]+)(?<to>to|about|that|of)(?= )/u
const TO = /^ *(?:to|about|that|of) /u

/** Unlike "remind me to", this says nothing of a time. */
const DEFAULT_NAG = 600

interface Draft {
  wishes: ReminderWish[]
  none: boolean
  nag: number | null
  channels: Channel[]
  spans: Span[]
}

/** "remind me 2 hours before", "no reminder", "nag every 10 minutes", "remind me by push"; "remind me to …" at the beginning. */
export function findReminders(sentence: Sentence): FoundReminders {
  const draft: Draft = {wishes: [], none: false, nag: null, channels: [], spans: []}
  const introduced = /^ *(?:please )?remind me /u.test(sentence.plain)
  for (const start of sentence.starts()) {
    const alone = introduced ? sentence.match(ALONE, start) : null
    if (alone?.groups) {
      draft.wishes.push({kind: 'before', seconds: secondsOf(alone.groups['amount']!)})
      claim(sentence, draft, {start, end: start + alone[0].length})
      continue
    }
    const none = sentence.match(NONE, start)
    // "remind me every day to …" is said of the task itself.
    const ofTask = introduced && sentence.isFirst(start) && / (?:to|about|of|that) /u.test(sentence.plain)
    const nag = none || ofTask ? null : sentence.match(NAG, start)
    if (none) {
      draft.none = true
      claim(sentence, draft, {start, end: start + none[0].length})
    } else if (nag) {
      readNag(sentence, draft, start, nag)
    } else {
      const begin = sentence.match(BEGIN, start)
      if (begin) readReminder(sentence, draft, start, start + begin[0].length)
    }
  }
  const {wishes, none, nag, channels, spans} = draft
  return {
    wishes: wishes.length > 0 ? wishes : null,
    none,
    nagEverySeconds: nag,
    channels: channels.length > 0 ? [...new Set(channels)] : null,
    spans: spans.toSorted((a, b) => a.start - b.start),
  }
}

/** The words of "remind me to", to be asked for once dates are taken; empty when the text does not begin with them. */
export function findIntro(sentence: Sentence): Span[] {
  const groups = INTRO.exec(sentence.plain)?.groups
  if (!groups) return []
  const {lead = '', remind = '', gap = '', to = ''} = groups
  const first = {start: lead.length, end: lead.length + remind.length}
  const second = {start: first.end + gap.length, end: first.end + gap.length + to.length}
  const spans = gap.includes('\uE000') ? [first, second] : [{start: first.start, end: second.end}]
  for (const span of spans) sentence.take(span)
  return spans
}

function claim(sentence: Sentence, draft: Draft, span: Span): void {
  sentence.take(span)
  draft.spans.push(span)
}

function readNag(sentence: Sentence, draft: Draft, start: number, found: RegExpExecArray): void {
  const {every, nag} = found.groups!
  // "nag" alone is a word of titles: "nag the landlord".
  const end = start + found[0].length
  if (nag !== undefined && !sentence.isClearAfter(end)) return
  draft.nag = every === undefined ? DEFAULT_NAG : secondsOf(every)
  claim(sentence, draft, {start, end: readWays(sentence, draft, end)})
}

/** What follows "remind me"; nothing that is understood: the words stay in the title. */
function readReminder(sentence: Sentence, draft: Draft, start: number, from: number): void {
  let end = from
  const before = draft.wishes.length
  const {nag} = draft
  end = readWays(sentence, draft, end)
  for (;;) {
    const at = skipSpace(sentence, end)
    const next = sentence.match(NEXT, at)
    if (!next?.groups || draft.wishes.length - before >= 10) break
    draft.wishes.push(wishOf(next.groups, next[0]))
    end = at + next[0].length
  }
  end = readWays(sentence, draft, end)
  const every = sentence.match(EVERY, skipSpace(sentence, end))
  if (every) {
    draft.nag = secondsOf(every.groups!['every']!)
    end = skipSpace(sentence, end) + every[0].length
  }
  end = readWays(sentence, draft, end)
  // The time of the task itself: "remind me at 9 to call".
  if (sentence.isFirst(start) && TO.test(sentence.plain.slice(end, end + 8))) {
    draft.wishes.length = before
    draft.nag = nag
    return
  }
  const alone = end === from && sentence.plain.slice(start, from).includes('remind me') && isLast(sentence, end)
  if (end > from || alone) claim(sentence, draft, {start, end})
}

const isLast = (sentence: Sentence, end: number): boolean => /^[ .!\uE000]*$/u.test(sentence.plain.slice(end))

const skipSpace = (sentence: Sentence, at: number): number => {
  let next = at
  while (sentence.plain[next] === ' ') next++
  return next
}

function readWays(sentence: Sentence, draft: Draft, end: number): number {
  const at = skipSpace(sentence, end)
  const found = sentence.match(BY, at)
  if (!found?.groups) return end
  for (const way of [found.groups['way'], found.groups['second']]) {
    if (way !== undefined) draft.channels.push(channelOf(way))
  }
  return at + found[0].length
}

const channelOf = (way: string): Channel =>
  CHANNELS.find((channel) => way.startsWith(channel)) ?? (way.includes('mail') ? 'email' : 'push')

const HOURS: Readonly<Record<string, string>> = {morning: '9:00', evening: '18:00', night: '21:00'}

function wishOf(groups: Readonly<Record<string, string | undefined>>, text: string): ReminderWish {
  const {amount, amounttime, time, part, parttime, daytime} = groups
  if (part !== undefined) return {kind: 'at', time: parttime ?? HOURS[part]!, daysBefore: 1}
  if (daytime !== undefined) return {kind: 'at', time: daytime, daysBefore: 1}
  if (time !== undefined) return {kind: 'at', time, daysBefore: 0}
  if (groups['due'] !== undefined) return {kind: 'before', seconds: 0}
  if (amount === undefined || (text.endsWith('day before') && /^(?:,|and|&| )*(?:the |a )?day/u.test(text)))
    return {kind: 'before', seconds: 86_400}
  const seconds = secondsOf(amount)
  if (amounttime !== undefined && seconds % 86_400 === 0)
    return {kind: 'at', time: amounttime, daysBefore: seconds / 86_400}
  return {kind: 'before', seconds}
}

function secondsOf(text: string): number {
  if (text.startsWith('half an')) return 1800
  const plain = spelledOut(text.replace(/^an? /u, '1 '))
  return readDuration(/^\d/u.test(plain) ? plain : `1 ${plain}`) ?? 0
}
