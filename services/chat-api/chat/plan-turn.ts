import type {TaskResponse} from '../../contracts/tasks.ts'
import {answerQuestion} from '../../domain/chat/answer-question.ts'
import {type Found, findTasks} from '../../domain/chat/find-tasks.ts'
import type {ChatQuestion, ListWish, Meaning, Understood} from '../../domain/chat/meaning.ts'
import type {KnownTask} from '../../domain/chat/match-titles.ts'
import {type Change, rewrittenFor, whenText} from '../../domain/chat/rewrite.ts'
import {understand} from '../../domain/chat/understand.ts'
import type {DueContext} from '../../domain/dates/read-date.ts'
import type {Choice} from '../../domain/quick-add/quick-add.ts'
import {HELP} from './help-text.ts'
import type {ChatMemory} from './memory.ts'
import {type Plan, type PlannedCall, askPlan, sayPlan} from './plan.ts'
import {planChange} from './plan-change.ts'
import type {TurnContext} from './turn-context.ts'

/** More at once is more than one sees. */
const MOST_LISTED = 20
const MOST_CHANGED = 20

/** What to do about a message, without doing it: calls of tools, or something to say. */
export async function planTurn(text: string, turn: TurnContext): Promise<Plan> {
  const {question} = turn.memory
  const answered = question && answerQuestion(text, question)
  if (answered?.kind === 'dropped') return sayPlan('All right, nothing was changed.')
  if (answered && isMeant(text, answered.text, question, turn.context)) return planFor(answered.text, turn)
  return planFor(text, turn)
}

/** Words that answer an open question can be a command of their own: then that is meant. */
function isMeant(text: string, filled: string, {choices, fill}: ChatQuestion, context: DueContext): boolean {
  if (choices.length > 0 || fill === null) return true
  const {kind} = understand(filled, context).meaning
  if (fill.before.startsWith('add '))
    return !/^(?:help|undo|complete|list)$/u.test(understand(text, context).meaning.kind)
  return kind !== 'add' && kind !== 'unknown'
}

async function planFor(text: string, turn: TurnContext): Promise<Plan> {
  const understood = understand(text, turn.context)
  const {meaning, alternatives} = understood
  switch (meaning.kind) {
    case 'add':
      return {kind: 'calls', calls: [{name: 'add_task', input: {sentence: meaning.text}}], say: null}
    case 'list':
      return {kind: 'calls', calls: [listCall(meaning.list, turn.context)], say: null}
    case 'preview':
      return {kind: 'calls', calls: [{name: 'preview_recurrence', input: {when: meaning.text}}], say: null}
    case 'undo':
      return {kind: 'calls', calls: [{name: 'undo', input: {}}], say: null}
    case 'help':
      return sayPlan(HELP)
    case 'yes':
    case 'no':
      return sayPlan('There is no question open. Say "help" for examples.')
    case 'ask':
      return askPlan(meaning.question)
    case 'unknown':
      return unknown(alternatives)
    case 'show':
    case 'complete':
    case 'reopen':
    case 'skip':
    case 'delete':
    case 'move':
    case 'rename':
    case 'prioritise':
    case 'snooze':
      return changeTasks(meaning, understood, turn)
  }
}

function unknown(alternatives: readonly Choice[]): Plan {
  const text = 'That I cannot answer: I know your tasks and nothing else. Say "help" for examples.'
  return alternatives.length === 0 ? sayPlan(text) : askPlan({text, choices: alternatives, fill: null})
}

function listCall({view, from, until, tag, priority, search}: ListWish, {zone}: DueContext): PlannedCall {
  const input = {
    view,
    ...(from !== undefined && {due_from: whenText(from, false, zone)}),
    ...(until !== undefined && {due_until: whenText(until - 1000, false, zone)}),
    ...(tag !== undefined && {tag}),
    ...(priority !== undefined && {priority}),
    ...(search !== undefined && {search}),
    limit: MOST_LISTED,
  }
  return {name: 'list_tasks', input}
}

async function changeTasks(change: Extract<Meaning, Change>, understood: Understood, turn: TurnContext): Promise<Plan> {
  const words = change.tasks.kind === 'title' ? change.tasks.title : ''
  const candidates = await (change.kind === 'reopen' ? turn.tasks.done(words) : turn.tasks.open(words))
  const found = findTasks<KnownTask>(change.tasks, turn.memory, withRemembered(candidates, turn.memory))
  const asked = question(found, change, understood, turn)
  if (asked) return asked
  const {tasks, doubt} = found as Extract<Found, {kind: 'found'}>
  if (tasks.length > MOST_CHANGED)
    return sayPlan(`Those are ${tasks.length} tasks; at most ${MOST_CHANGED} can be changed by one message.`)
  const known = new Map(candidates.map((task) => [task.id, task]))
  const plan = await planChange(
    change,
    tasks.map((task) => known.get(task.id) ?? task),
    turn,
  )
  return doubt === null || plan.kind !== 'calls'
    ? plan
    : {...plan, say: plan.say === null ? doubt : `${doubt} ${plan.say}`}
}

/** A number can also be that of a task that was just shown and is no candidate: its tool says why it cannot be. */
const withRemembered = (candidates: readonly TaskResponse[], {shown, last}: ChatMemory): KnownTask[] => {
  const ids = new Set(candidates.map(({id}) => id))
  return [...candidates, ...[...shown, ...last].filter(({id}) => !ids.has(id))]
}

/** Null when it is clear which tasks are meant. */
function question(
  found: Found,
  change: Change,
  {confidence, alternatives}: Understood,
  turn: TurnContext,
): Plan | null {
  const choicesOf = (tasks: readonly KnownTask[]): Choice[] =>
    tasks.map(({id, title}) => ({write: rewrittenFor(change, id, turn.context.zone), means: title}))
  if (found.kind === 'none') {
    if (alternatives.length === 0) return sayPlan(found.text)
    return askPlan({text: `${found.text} Shall I add it?`, choices: alternatives, fill: null})
  }
  if (found.kind === 'choose') {
    return askPlan({text: found.text, choices: [...choicesOf(found.tasks), ...alternatives], fill: null})
  }
  if (confidence >= 0.7 || found.fit === 'same') return null
  return askPlan({text: 'Which do you mean?', choices: [...choicesOf(found.tasks), ...alternatives], fill: null})
}
