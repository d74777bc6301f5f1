import type {DueContext} from '../dates/read-date.ts'
import {parseQuickAdd} from '../quick-add/parse-quick-add.ts'
import type {Choice} from '../quick-add/quick-add.ts'
import type {Meaning, Reference, Understood} from './meaning.ts'
import {whole} from './plain-words.ts'
import {readReference} from './read-reference.ts'
import {baseOfPast} from './verb-forms.ts'

/** What begins many a title, too ("complete the form", "cancel the gym membership"): the other reading is a new task. */
const asTitle = (command: string): Choice => ({write: `add ${command}`, means: `a new task "${command}"`})

/** Of a verb with which many a task begins: only a title that is the same is taken for that task without asking. */
const WEAK = /^(?:complete|cancel|drop|forget|remove)\b/iu

/** What is understood of a verb and a reference. A title may be one of a new task, too. */
export function changeOf(
  command: string,
  reference: Reference | null,
  meaning: (tasks: Reference) => Meaning,
): Understood {
  const tasks = reference ?? {kind: 'it'}
  const doubt = tasks.kind === 'title'
  const confidence = doubt ? (WEAK.test(command) ? 0.6 : 0.8) : 1
  return {meaning: meaning(tasks), confidence, alternatives: doubt ? [asTitle(command)] : []}
}

const DONE_WORD = '(?:done|complete|completed|finished|ready|over|closed)'
/** In order: the first that fits. `ref` is what is done. */
const DONE = [
  whole(String.raw`(?:i(?:'m| am) |i have )?(?:all )?(?:${DONE_WORD}|(?:did|finished) (?<ref>it|that))`),
  whole(
    String.raw`(?:i(?:'m| am|'ve| have)? )?(?:all |already )?(?:done|finished|through|ready)(?: with| doing)? (?<ref>.+)`,
  ),
  whole(String.raw`(?:mark|set|tick|check|cross|strike)(?: off| out)? (?<ref>.+?) (?:as )?(?:${DONE_WORD}|off|out)`),
  whole(String.raw`(?:check|tick|cross|strike)(?: off| out) (?<ref>.+)`),
  whole('complete (?<ref>.+)'),
  whole(String.raw`(?<ref>that|it|this)'s(?: all| already| now)? ${DONE_WORD}`),
  whole(String.raw`(?<ref>.+?) (?:is|are|was|were|got|has been|have been)(?: all| already| now)? ${DONE_WORD}`),
  whole(String.raw`(?<ref>#?\d{1,9}(?:(?:, ?| and | ?[-&] ?)#?\d{1,9})*|it|that|.+ one) done`),
]
/** "check the mail" is something to do, "check 2" is not. */
const CHECK = whole('(?:check|tick|close) (?<ref>.+)')
const REOPEN = [
  whole(String.raw`(?:re-?open|un-?check|un-?tick|un-?complete|restore|bring back)(?: (?<ref>.+?))?(?: again)?`),
  whole(String.raw`(?<ref>.+?) (?:is|are|was|were)(?:n't| not)(?: yet| really)? ${DONE_WORD}(?: yet)?`),
  whole(String.raw`(?:mark|set) (?<ref>.+?) (?:as )?(?:not done|undone|open|to do|incomplete|unfinished)`),
  whole(
    String.raw`i (?:did not|didn't|have not|haven't) (?:do|did|done|finish|finished|complete|completed) (?<ref>.+?)(?: yet)?`,
  ),
  whole(String.raw`not done(?: yet)?`),
]
const DELETE = whole(
  String.raw`(?:delete|remove|erase|drop|trash|discard|get rid of|throw away|cancel|forget(?: about)?) (?<ref>.+)`,
)
const SCOPE: readonly (readonly [RegExp, 'following' | 'all' | 'this'])[] = [
  [
    /(?:,? and)? (?:all |everything )?(?:the |that )?(?:following|future|later|follows?)(?: ones| tasks)?$/iu,
    'following',
  ],
  [/ (?:for good|from now on)$/iu, 'following'],
  [/^(?:the )?(?:whole|entire|complete) series(?: of)?(?: |$)/iu, 'all'],
  [/(?:,? (?:and )?)(?:completely|with (?:the|its) history|the (?:whole|entire) series)$/iu, 'all'],
  [/ (?:only )?(?:this (?:time|once)|once|this one only|only this one)$/iu, 'this'],
]
const SKIP = whole(String.raw`(?:skip|leave out|pass on)(?: (?<ref>.+))?`)
/** Which occurrence: the open one, whatever it is called. */
const THIS_TIME =
  /(?:^|,? )(?:for |on )?(?:this (?:week|time|month|year|day|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|today|tonight|tomorrow|once|the next (?:one|time)|next (?:one|time)|just this once|this one)$/iu

/** A change that needs no date: done, open again, deleted, skipped. */
export function readChange(command: string, context: DueContext): Understood | null {
  return (
    firstOf(REOPEN, command, (tasks) => ({kind: 'reopen', tasks})) ??
    complete(command, context) ??
    remove(command, context) ??
    past(command)
  )
}

function firstOf(
  patterns: readonly RegExp[],
  command: string,
  meaning: (tasks: Reference) => Meaning,
): Understood | null {
  for (const pattern of patterns) {
    const found = pattern.exec(command)
    if (found) return changeOf(command, readReference(found.groups?.['ref'] ?? ''), meaning)
  }
  return null
}

function complete(command: string, context: DueContext): Understood | null {
  const checked = readReference(CHECK.exec(command)?.groups?.['ref'] ?? '')
  const isPlain = checked !== null && checked.kind !== 'title'
  const done = firstOf(isPlain ? [CHECK] : DONE, command, (tasks) => ({kind: 'complete', tasks}))
  // "complete the form by friday" has a date, as what is still to be done has.
  return done && isTaskWithDate(done, command, context) ? null : done
}

function remove(command: string, context: DueContext): Understood | null {
  const ref = DELETE.exec(command)?.groups?.['ref']
  if (ref === undefined) return null
  const [, scope] = SCOPE.find(([pattern]) => pattern.test(ref)) ?? [null, null]
  const bare = SCOPE.reduce((text, [pattern]) => text.replace(pattern, ''), ref).replace(/^(?:all|every) (?=\S)/iu, '')
  const found = changeOf(command, readReference(scope === null ? ref : bare), (tasks) => ({
    kind: 'delete',
    tasks,
    scope,
  }))
  return isTaskWithDate(found, command, context) ? null : found
}

/** `skip`, with what says until when taken off before. */
export function skipOf(command: string, said: string, until: number | null): Understood | null {
  const skip = SKIP.exec(said)
  if (!skip) return null
  const ref = (skip.groups?.['ref'] ?? '').replace(THIS_TIME, '')
  return changeOf(command, readReference(ref), (tasks) => ({kind: 'skip', tasks, until}))
}

function isTaskWithDate({meaning}: Understood, command: string, context: DueContext): boolean {
  if (!('tasks' in meaning) || meaning.tasks.kind !== 'title') return false
  const {due, recurrence, reminders, tags, priority} = parseQuickAdd(command, context)
  return due !== null || recurrence !== null || reminders !== null || tags.length > 0 || priority !== null
}

const I_DID = /^(?:i(?:'ve| have)?(?: just| already| finally)? |we(?:'ve| have)? |just )(?<rest>.+)$/iu
const WHEN_DONE =
  / (?:just now|already|today|yesterday|this morning|last night|earlier|a (?:minute|moment|while) ago)$/iu

/** "I paid rent", "called mom": in the past it is done. */
function past(command: string): Understood | null {
  const said = I_DID.exec(command)?.groups?.['rest']
  const rest = (said ?? command).replace(WHEN_DONE, '')
  const [, verb, object] = /^(\p{L}+) (.+)$/u.exec(rest) ?? []
  if (verb === undefined || object === undefined || baseOfPast(verb) === undefined) return null
  // What was "done" or "finished" has a verb of its own in its title, or none. "I read it" is about that task.
  const reference = readReference(object)
  const plain = /^(?:did|done|finished|completed)$/iu.test(verb) || reference?.kind !== 'title'
  const tasks: Reference = plain ? reference! : {kind: 'title', title: rest}
  if (said === undefined && plain && reference?.kind !== 'title' && !/^(?:did|finished|completed)$/iu.test(verb))
    return null
  return changeOf(command, tasks, (reference) => ({kind: 'complete', tasks: reference}))
}
