import type {DueContext, ParsedDue} from '../dates/read-date.ts'
import {startOfDay} from '../dates/zone.ts'
import type {Choice} from '../quick-add/quick-add.ts'
import type {ChatQuestion, Meaning, Reference, Understood} from './meaning.ts'
import {whole} from './plain-words.ts'
import {changeOf, skipOf} from './read-change.ts'
import {readReference} from './read-reference.ts'
import {readSpan, readWhen} from './read-when.ts'

const MOVE_VERB =
  '(?:move|reschedule|postpone|push|shift|delay|defer|put off|bring forward|change the (?:date|due date) of)'
const MOVE = new RegExp(
  `^${MOVE_VERB}(?: back| out)?(?: (?<ref>.+?))?(?: back| out| forward)?(?<rest>(?: (?:to|until|till|by|for|on) .+)?)$`,
  'iu',
)
const SNOOZE = /^(?:snooze|remind me(?: again)?(?: (?:of|about) (?<about>.+?))?|ask me again|later)(?<rest>(?: .+)?)$/iu
const UNTIL = / (?:until|till|through) (?<until>.+)$/iu
const DAY_S = 86_400
/** When nothing else is said, a snooze to a day ends when reminders of whole days come. */
const MORNING_MS = 9 * 3_600_000

const asked = (question: ChatQuestion): Understood => ({
  meaning: {kind: 'ask', question},
  confidence: 1,
  alternatives: [],
})

/** The dates of a question, each put into the whole message. */
const inPlace = (before: string, choices: readonly Choice[]): Choice[] =>
  choices.map(({write, means}) => ({write: `${before}${write}`, means}))

/** "move it to friday", "postpone the second to next week"; null when it has no date and the verb begins a title. */
export function readMove(command: string, context: DueContext): Understood | null {
  if (!MOVE.test(command)) return null
  const words = command.split(' ')
  // The date may be named without "to": "move it 1 week", and a title may have a "to" of its own: the last that fits.
  for (let at = 1; at < words.length; at++) {
    const joint = /^(?:to|until|till|for|on)$/iu.test(words[at]!)
    const from = joint ? at + 1 : at
    const text = words.slice(from).join(' ')
    if (!joint && !/^(?:by|in|\d|an?$|one|two|three|four|five|six|tomorrow|today|next|tonight)/iu.test(words[at]!))
      continue
    const typed = words.slice(1, at).join(' ')
    const reference = readReference(withoutVerbRest(command, typed))
    const move = (to: ParsedDue) => changeOf(command, reference, (tasks) => ({kind: 'move', tasks, to}))
    const when = readWhen(text.replace(/^by (?=\d|an? |one |two |three )/iu, 'in '), context)
    if (when.kind === 'none') continue
    const before = `${words.slice(0, from).join(' ')} `
    if (when.kind === 'ask') {
      return asked({text: when.text, choices: inPlace(before, when.choices), fill: {before, after: ''}})
    }
    const found = move(when.due)
    const others = inPlace(before, when.alternatives)
    return others.length === 0 ? found : {...found, confidence: 0.8, alternatives: [...others, ...found.alternatives]}
  }
  return withoutDate(command)
}

/** "put off rent": the verb has a second word. */
const withoutVerbRest = (command: string, typed: string): string =>
  typed
    .replace(/^(?:off|back|out|forward|the (?:date|due date) of)(?: |$)/iu, '')
    .replace(/ (?:back|out|forward)$/iu, '') || (/^(?:move|push|shift) (?:back|out)$/iu.test(command) ? '' : '')

function withoutDate(command: string): Understood | null {
  const {ref = '', rest = ''} = MOVE.exec(command)?.groups ?? {}
  const reference = readReference(ref)
  if (rest !== '' || (reference?.kind === 'title' && !/^(?:reschedule|postpone)/iu.test(command))) return null
  const before = `${command} to `
  return asked({text: `To when shall I move ${naming(reference)}?`, choices: [], fill: {before, after: ''}})
}

const naming = (reference: Reference | null): string =>
  reference?.kind === 'title' ? `"${reference.title}"` : reference?.kind === 'it' || !reference ? 'it' : 'that'

/** "snooze 20 minutes", "snooze rent until tomorrow", "remind me again in an hour" */
export function readSnooze(command: string, context: DueContext): Understood | null {
  const groups = SNOOZE.exec(command)?.groups
  if (!groups) return null
  const rest = (groups['rest'] ?? '').trim()
  const isSnooze = /^snooze/iu.test(command)
  const again = /^(?:remind me again|ask me again)/iu.test(command)
  if (!isSnooze && !again && groups['about'] === undefined) return null
  const said = splitSnooze(rest, context)
  if (!said) {
    if (!isSnooze && !again) return null
    return whenToRemind(command)
  }
  const reference = readReference(groups['about'] ?? said.ref)
  if (!isSnooze && reference?.kind === 'title' && groups['about'] === undefined) return null
  const change = (meaning: (tasks: Reference) => Meaning) => changeOf(command, reference, meaning)
  if (typeof said.time === 'number')
    return change((tasks) => ({kind: 'snooze', tasks, forSeconds: said.time as number, until: null}))
  if (said.time.kind === 'ask') {
    const before = command.slice(0, command.length - said.text.length)
    return asked({text: said.time.text, choices: inPlace(before, said.time.choices), fill: {before, after: ''}})
  }
  const {due} = said.time
  const until = due.hasTime ? due.at : startOfDay(due.at, context.zone) + MORNING_MS
  return change((tasks) => ({kind: 'snooze', tasks, forSeconds: null, until}))
}

interface SnoozeTime {
  readonly ref: string
  readonly text: string
  readonly time: number | Exclude<ReturnType<typeof readWhen>, {kind: 'none'}>
}

/** The longest end that is a span of time or a date. */
function splitSnooze(rest: string, context: DueContext): SnoozeTime | null {
  const words = rest === '' ? [] : rest.split(' ')
  for (let at = 0; at < words.length; at++) {
    const [first, ...others] = words.slice(at)
    const joined = /^(?:for|until|till|by|in|to|another)$/iu.test(first!)
    const text = (joined ? others : [first!, ...others]).join(' ')
    const ref = words.slice(0, at).join(' ')
    const span = readSpan(text)
    if (span !== undefined && span < 366 * DAY_S) return {ref, text, time: span}
    const when = readWhen(text, context)
    if (when.kind !== 'none') return {ref, text, time: when}
  }
  return null
}

function whenToRemind(command: string): Understood {
  const choices = ['for 10 minutes', 'for 1 hour', 'until tomorrow 09:00'].map((text) => ({
    write: `${command} ${text}`,
    means: text,
  }))
  return asked({text: 'For how long?', choices, fill: {before: `${command} for `, after: ''}})
}

/** "skip this week", "skip gym until 10 jan" */
export function readSkip(command: string, context: DueContext): Understood | null {
  if (!whole('(?:skip|leave out|pass on)(?: .+)?').test(command)) return null
  const until = UNTIL.exec(command)
  if (!until) return skipOf(command, command, null)
  const when = readWhen(until.groups!['until']!, context)
  if (when.kind === 'none') return skipOf(command, command, null)
  const before = command.slice(0, command.length - until.groups!['until']!.length)
  if (when.kind === 'ask') {
    return asked({text: when.text, choices: inPlace(before, when.choices), fill: {before, after: ''}})
  }
  return skipOf(command, command.slice(0, until.index), when.due.at)
}
