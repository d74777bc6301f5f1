import type {DueContext} from '../dates/read-date.ts'
import {parseQuickAdd} from '../quick-add/parse-quick-add.ts'
import type {Choice, Question} from '../quick-add/quick-add.ts'
import {withChoice} from '../quick-add/task-fields.ts'
import type {ChatQuestion, Meaning, Understood} from './meaning.ts'
import {commandOf, tidied, whole} from './plain-words.ts'
import {changeOf, readChange} from './read-change.ts'
import {readList} from './read-list.ts'
import {readMove, readSkip, readSnooze} from './read-move.ts'
import {readReference} from './read-reference.ts'

const HELP = whole(
  String.raw`help(?: me)?|\?+|h|commands?|examples?|menu|start|hi|hello|hey|hi there|hello there|good (?:morning|afternoon|evening)|what can (?:you|i) (?:do|say|ask|type)(?: here)?|how does (?:this|it) work|how do i use (?:this|it|you)|who are you|what are you`,
)
const YES = whole(
  "(?:y|yes|yep|yeah|yup|sure|ok|okay|do it|do that|go ahead|go on|confirm|confirmed|right|correct|of course|please do|yes please|yes do it|yes,? delete (?:it|them)|that's right|i am sure|i'm sure)",
)
const NO = whole(
  "(?:n|no|nope|nah|no thanks|no thank you|cancel|cancel that|abort|stop|never ?mind|forget it|don't|do not|rather not|keep (?:it|them)|no,? keep (?:it|them)|leave it|not now)",
)
const UNDO = whole(
  '(?:(?:undo|revert|reverse|take back)(?: (?:it|that|this|the last(?: one| change| thing)?|my last change|what i (?:just )?did))?|take (?:it|that|this) back|oops(?:,? (?:undo|revert)(?: it| that)?)?)',
)
const ADD =
  /^(?:add|create|make|new|note|note down|write down|put down)(?: (?:a|an|the))?(?: (?:new )?(?:task|todo|to-do|item|reminder|entry))?(?: to (?:my|the)(?: todo| task)? list)?(?: called| named| for| to)?:? +(?<text>.+)$/iu
const ADD_COLON = /^(?:todo|task|to-do|add|new)(?: task)?: *(?<text>.+)$/iu
const ADD_BARE = whole('(?:add|new|create|make)(?: (?:a|an))?(?: new)?(?: (?:task|todo|reminder|item))?')
const NEED =
  /^(?:(?:i|we) (?:(?:need|must|should)(?: to)?|(?:have|ought|want|'ve got|have got) to)|remember to|don't forget to|do not forget to|don't let me forget to|note to self:?) (?<text>.+)$/iu
const LIST_TAIL = / (?:to|on|in) (?:my|the)(?: todo| to-do| task)? list$/iu
const OPEN = /^open (?<ref>.+)$/iu
const SHOW =
  /^(?:show|display|view|see|details(?: of| for)?|describe|tell me(?: more)? about|more about|info(?: on| about)?|what about)(?: me)?(?: the details of| more about)? (?<ref>.+)$/iu
const WHEN_IS = /^(?:when(?:'s| is| are| was)) (?<ref>.+?)(?: due| next| coming up| again)?$/iu
const PREVIEW =
  /^(?:preview|when does|when would|what dates (?:are|is)|dates of|which days (?:are|is)) (?<text>.+?)(?: happen| fall| come)?$/iu
const RENAME = /^(?:rename|retitle|call) (?<ref>.+?) (?:to|as|into) (?<title>.+)$/iu
const PRIORITISE = [
  /^(?:make|mark|set|flag) (?<ref>.+?) (?:as |to )?(?:a )?(?<name>high|medium|low|no|important|urgent|normal)(?: priority)?$/iu,
  /^(?:set |change )?(?:the )?priority (?:of|for) (?<ref>.+?) (?:to|as) (?<name>high|medium|low|none)$/iu,
]
const PRIORITIES: Readonly<Record<string, number>> = {
  no: 0,
  none: 0,
  normal: 0,
  low: 1,
  medium: 2,
  high: 3,
  important: 3,
  urgent: 3,
}
const QUESTION = /\?$|^(?:what|who|where|when|why|how|which|am|is|are|do|does|did|can|could|will|would|should)\b/iu

const sure = (meaning: Meaning): Understood => ({meaning, confidence: 1, alternatives: []})
const asked = (question: ChatQuestion): Understood => sure({kind: 'ask', question})

/**
 * One English message of a conversation. Never throws, and looks at no more than its first 10,000 characters. What it can
 * also mean is in `alternatives`; what cannot be told is asked. docs/chat.md has the words by examples.
 */
export function understand(text: string, context: DueContext): Understood {
  const said = tidied(text)
  if (said === '') return asked({text: 'What shall I do? Say "help" for examples.', choices: [], fill: null})
  const command = commandOf(said)
  if (command === null) return adding(said, context)
  return (
    talk(command.replace(/(?<=.)\?+$/u, '')) ??
    readSnooze(command, context) ??
    explicitAdd(command, said, context) ??
    readMove(command, context) ??
    readSkip(command, context) ??
    readChange(command, context) ??
    readEdit(command, context) ??
    readList(command, context) ??
    readShow(command, context) ??
    other(command, said, context)
  )
}

function talk(command: string): Understood | null {
  if (HELP.test(command)) return sure({kind: 'help'})
  if (YES.test(command)) return sure({kind: 'yes'})
  if (NO.test(command)) return sure({kind: 'no'})
  if (UNDO.test(command)) return sure({kind: 'undo'})
  if (/^(?:undo|revert) /iu.test(command)) {
    const choices = [
      {write: 'undo', means: 'take back the last change'},
      {write: `add ${command}`, means: `a new task "${command}"`},
    ]
    return asked({text: 'Only the last change can be taken back by name. Which do you mean?', choices, fill: null})
  }
  return null
}

function explicitAdd(command: string, said: string, context: DueContext): Understood | null {
  if (ADD_BARE.test(command)) {
    return asked({text: 'What shall I add?', choices: [], fill: {before: 'add ', after: ''}})
  }
  // "remind me to …" says when to remind, which quick add reads.
  if (/^remind me\b/iu.test(command)) return adding(said, context)
  const found = (ADD_COLON.exec(command) ?? ADD.exec(command) ?? NEED.exec(command))?.groups?.['text']
  if (found === undefined) return null
  // "make it high priority" is about a task that is there.
  if (/^(?:make|create)\b/iu.test(command) && PRIORITISE.some((pattern) => pattern.test(command))) return null
  if (
    /^(?:make|note) /iu.test(command) &&
    !/^(?:make|note) (?:a|an)? ?(?:new )?(?:task|todo|reminder|note)\b/iu.test(command)
  )
    return null
  return adding(found.replace(LIST_TAIL, ''), context)
}

/** A sentence for quick add; what that asks is asked, each answer as a whole message. */
function adding(text: string, context: DueContext): Understood {
  const parsed = parseQuickAdd(text, context)
  const [question] = parsed.questions
  if (question) return asked(ofQuickAdd(text, question))
  const others = [parsed.due, parsed.recurrence, parsed.reminders].flatMap((field) => field?.alternatives ?? [])
  const alternatives = others.map((other) => ({write: `add ${withChoice(text, other, other)}`, means: other.means}))
  const confidence = Math.min(
    1,
    ...[parsed.due, parsed.recurrence, parsed.reminders].map((one) => one?.confidence ?? 1),
  )
  return {meaning: {kind: 'add', text}, confidence, alternatives}
}

function ofQuickAdd(text: string, question: Question): ChatQuestion {
  const choices = question.choices.map((choice): Choice => ({
    write: `add ${withChoice(text, question, choice)}`,
    means: choice.means,
  }))
  if (question.code === 'missing_title')
    return {text: question.text, choices, fill: {before: 'add ', after: ` ${text}`}}
  if (question.code === 'missing_due') return {text: question.text, choices, fill: {before: `add ${text} `, after: ''}}
  return {
    text: choices.length > 0 ? question.text : `${question.text} ${sentenceOf(question.hint)}`,
    choices,
    fill: null,
  }
}

const sentenceOf = (hint: string): string => `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`

function readEdit(command: string, context: DueContext): Understood | null {
  const rename = RENAME.exec(command)?.groups
  // "call mom to ask" is a task; "call it tax return" is none.
  if (rename && (/^re/iu.test(command) || readReference(rename['ref']!)?.kind !== 'title')) {
    const title = rename['title']!.replace(/^"(.*)"$/u, '$1')
    return changeOf(command, readReference(rename['ref']!), (tasks) => ({kind: 'rename', tasks, title}))
  }
  const groups = PRIORITISE.map((pattern) => pattern.exec(command)?.groups).find((found) => found)
  if (!groups || parseQuickAdd(command, context).due) return null
  const priority = PRIORITIES[groups['name']!.toLowerCase()]!
  return changeOf(command, readReference(groups['ref']!), (tasks) => ({kind: 'prioritise', tasks, priority}))
}

function readShow(command: string, context: DueContext): Understood | null {
  const bare = command.replace(/\?+$/u, '')
  const preview = PREVIEW.exec(bare)?.groups?.['text']
  if (preview !== undefined && parseQuickAdd(String.raw`\task ${preview}`, context).recurrence)
    return sure({kind: 'preview', text: preview})
  const found = (WHEN_IS.exec(bare) ?? SHOW.exec(bare))?.groups?.['ref']
  const reference = found === undefined ? null : readReference(found.replace(/^(?:my|the) (?=\S)/iu, ''))
  if (reference) return changeOf(bare, reference, (tasks) => ({kind: 'show', tasks}))
  // "open the window" is something to do.
  const opened = readReference(OPEN.exec(bare)?.groups?.['ref'] ?? '')
  return opened && opened.kind !== 'title' ? sure({kind: 'show', tasks: opened}) : null
}

/** A number alone answers a question that has choices; without one it may be a place in a list as well as a task. */
const aboutNumber = (number: string): ChatQuestion => ({
  text: `What shall I do with ${number}?`,
  choices: [
    {write: `show ${number}`, means: `show number ${number} of the last list`},
    {write: `done ${number}`, means: 'complete it'},
    {write: `add task ${number}`, means: `a new task "${number}"`},
  ],
  fill: null,
})

/** Whatever is no command is a task, unless it is a question. */
function other(command: string, said: string, context: DueContext): Understood {
  const number = /^#?(\d{1,9})[.)]?$/u.exec(command)?.[1]
  if (number !== undefined) return asked(aboutNumber(number))
  if (!QUESTION.test(command)) return adding(said, context)
  const parsed = parseQuickAdd(said, context)
  return {
    meaning: {kind: 'unknown'},
    confidence: 0.5,
    alternatives: parsed.title === '' ? [] : [{write: `add ${said}`, means: `a new task "${parsed.title}"`}],
  }
}
