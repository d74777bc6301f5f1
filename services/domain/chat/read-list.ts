import type {DueContext} from '../dates/read-date.ts'
import {startOfDay, wallTime, type Zone} from '../dates/zone.ts'
import {weekdayOfDay} from '../dates/read-day.ts'
import type {ListWish, Understood} from './meaning.ts'
import {whole} from './plain-words.ts'
import {readWhen} from './read-when.ts'

const NOUN = String.raw`(?:tasks?|todos?|to-?dos?|to do|list|items?|things|stuff|agenda|work|plan|reminders?)`
/** With one of these a message is about a list, whatever follows. */
const LEAD = new RegExp(
  String.raw`^(?:(?:show|list|display|view|see|print|find|search(?: for)?|look for|give|read|tell(?= me)(?! me (?:more )?about))(?: me)?(?: again)?(?= |$)|(?:tasks?|todos?|reminders?)(?= (?:for|about|due|on|tagged|with|by|of|this|next|in|today|tomorrow))|what(?! about)(?:'s|s| is| are| do i have| have i(?: got)?| did i| will| should i do| must i do)?(?= |$)|which(?= )|do i have(?= )|have i(?: got)?(?= )|is there(?= )|are there(?= )|anything(?= |$)|how many(?= )|my(?= )|all(?= ))`,
  'iu',
)
const FILLER = new RegExp(
  String.raw`^(?:(?:me|my|mine|the|all|of|any|anything|everything|every|again|is|are|was|do|did|i|have|got|still|there|to do|due|on|for|in|planned|scheduled|coming up(?= (?:on|for|this|next|today|tomorrow))|that|which|whats|what|left|open|must be done|needs? to be done|happening|up|${NOUN})(?= |$)[ ,]*)+`,
  'iu',
)
const TAIL = new RegExp(String.raw` (?:${NOUN}|due|to do|for me|are due|is due|do i have|have i got|i have)$`, 'iu')

const ALL = whole(`|pending|undone|unfinished|not done|${NOUN}`)
const OVERDUE = whole(`(?:over ?due|late|past due|missed|behind)(?: ${NOUN})?`)
const UPCOMING = whole(`(?:upcoming|coming|coming up|next|soon|ahead|in the future|later)(?: ${NOUN})?`)
const DONE = whole(
  `(?:done|completed?|finished|closed|ticked off)(?: ${NOUN})?(?: (?<when>today|yesterday|this week|recently|so far))?`,
)
const RECURRING = whole(`(?:recurring|repeating|repeated|that repeats?|repeats?|series)(?: ${NOUN})?`)
const WEEK = whole(`(?:this|the|rest of (?:this|the)) week|week|(?:in )?the next (?:7|seven) days|next 7 days`)
const NEXT_WEEK = whole('(?:the )?next week')
const TAG = /^(?:(?:tagged|with(?: the)? tag|tag|under|about|with)(?: as)? )?#(?<tag>[\p{L}\p{N}_-]{1,50})$/iu
const TAG_WORD = /^(?:tagged|with(?: the)? tag)(?: as)? (?<tag>[\p{L}\p{N}_-]{1,50})$/iu
const PRIORITY =
  /^(?:(?:with )?(?<name>high|medium|low)(?:est)? priority(?: tasks?)?|(?:the )?(?<high>important|urgent|most important)(?: tasks?| ones?| things?)?)$/iu
const SEARCH = /^(?:about|with|containing|named|called|matching|mentioning) "?(?<search>[^"]{1,100})"?$/iu
/** What is a list when it is all that is said. */
const ALONE = whole(
  String.raw`(?:my )?${NOUN}|(?:over ?due|upcoming|recurring|this week|today|tomorrow|next week|tonight)(?: ${NOUN})?|#[\p{L}\p{N}_-]{1,50}|(?:high|medium|low) priority(?: ${NOUN})?|(?:important|urgent)(?: ${NOUN})?`,
)

const sure = (list: ListWish, alternatives: Understood['alternatives'] = []): Understood => ({
  meaning: {kind: 'list', list},
  confidence: alternatives.length === 0 ? 1 : 0.8,
  alternatives,
})

/** A message that asks for tasks; null when it does not. */
export function readList(command: string, context: DueContext): Understood | null {
  const bare = command.replace(/\?+$/u, '').trim()
  if (/^what(?:'s|s)? (?:now|next)$/iu.test(bare)) return sure({view: 'upcoming', words: 'coming up'})
  const lead = LEAD.exec(bare)?.[0]
  if (lead === undefined && !ALONE.test(bare)) return null
  const core = coreOf(bare.slice(lead?.length ?? 0).trim())
  return known(core, context) ?? dated(core, bare, context) ?? searched(core, lead ?? '')
}

function coreOf(text: string): string {
  const short = text.replace(TAIL, '').replace(TAIL, '')
  const core = short.replace(FILLER, '').trim()
  return core.replace(TAIL, '')
}

function known(core: string, context: DueContext): Understood | null {
  const {zone, now} = context
  if (ALL.test(core)) return sure({view: 'open', words: ''})
  if (OVERDUE.test(core)) return sure({view: 'overdue', words: 'overdue'})
  if (UPCOMING.test(core)) return sure({view: 'upcoming', words: 'coming up'})
  if (RECURRING.test(core)) return sure({view: 'recurring', words: 'that repeat'})
  if (DONE.test(core)) return sure({view: 'done', words: 'done'})
  if (WEEK.test(core)) return sure(weekOf(now, zone, 0))
  if (NEXT_WEEK.test(core)) return sure(weekOf(now, zone, 1))
  const tag = (TAG.exec(core) ?? TAG_WORD.exec(core))?.groups?.['tag']
  if (tag !== undefined) return sure({view: 'open', tag, words: `with #${tag}`})
  const priority = PRIORITY.exec(core)?.groups
  if (priority) return sure(byPriority(priority['name']?.toLowerCase() ?? 'high'))
  return null
}

function byPriority(name: string): ListWish {
  return {view: 'open', priority: ['none', 'low', 'medium', 'high'].indexOf(name), words: `with ${name} priority`}
}

/** From now to the end of Sunday; or the week after that. */
function weekOf(now: number, zone: Zone, ahead: 0 | 1): ListWish {
  const left = 7 - weekdayOfDay(wallTime(now, zone))
  const monday = startOfDay(now, zone, left)
  return ahead === 0
    ? {view: 'open', from: startOfDay(now, zone), until: monday, words: 'due this week'}
    : {view: 'open', from: monday, until: startOfDay(now, zone, left + 7), words: 'due next week'}
}

/** `friday`, `on 1 dec`, `by friday`, `this month` */
function dated(core: string, command: string, context: DueContext): Understood | null {
  const day = core.replace(/^(?:on|for|due) /iu, '')
  const when = readWhen(day.replace(/^(?:by|before|until|till) /iu, ''), context)
  if (when.kind === 'none') return null
  if (when.kind === 'ask') {
    const at = command.toLowerCase().lastIndexOf(day.toLowerCase())
    const choices = when.choices.map(({write, means}) => ({
      write: `${command.slice(0, at)}${write}${command.slice(at + day.length)}`,
      means,
    }))
    return {meaning: {kind: 'ask', question: {text: when.text, choices, fill: null}}, confidence: 1, alternatives: []}
  }
  const {zone} = context
  const until = startOfDay(when.due.at, zone, 1)
  const open = /^(?:by|before|until|till) /iu.test(day)
  return sure({view: 'open', ...(open ? {} : {from: startOfDay(when.due.at, zone)}), until, words: `due ${day}`})
}

/** What is left is searched for, when that was asked; "what is love" is no list. */
function searched(core: string, lead: string): Understood | null {
  const about = SEARCH.exec(core)?.groups?.['search']
  const asked = about ?? (/^(?:find|search|look for)/iu.test(lead) ? core : undefined)
  return asked === undefined ? null : sure({view: 'open', search: asked, words: `about "${asked}"`})
}
