import type {TaskResponse} from '../../contracts/tasks.ts'
import type {KnownTask} from '../../domain/chat/match-titles.ts'
import {type Change, deletion, whenText} from '../../domain/chat/rewrite.ts'
import {quoted} from '../tools/task-words.ts'
import {type Plan, type PlannedCall, askPlan, sayPlan} from './plan.ts'
import type {TurnContext} from './turn-context.ts'

const SCOPES = [
  ['this', 'only this one: it is skipped, the next follows'],
  ['following', 'this and all that follow: the series ends'],
  ['all', 'the whole series, also what is done'],
] as const

/** The calls that make a change of these tasks. */
export async function planChange(
  change: Change,
  tasks: readonly (TaskResponse | KnownTask)[],
  turn: TurnContext,
): Promise<Plan> {
  if (change.kind === 'delete') return planDeletion(change, tasks)
  if (change.kind === 'reopen') return planReopening(tasks, turn)
  return {kind: 'calls', calls: tasks.map(({id}) => callOf(change, id, turn)), say: null}
}

type Direct = Exclude<Change, {kind: 'delete' | 'reopen'}>

function callOf(change: Direct, id: number, {context: {zone}}: TurnContext): PlannedCall {
  switch (change.kind) {
    case 'show':
      return {name: 'get_task', input: {id}}
    case 'complete':
      return {name: 'complete_task', input: {id}}
    case 'skip': {
      const until = change.until === null ? {} : {until: whenText(change.until, false, zone)}
      return {name: 'skip_occurrence', input: {id, ...until}}
    }
    case 'move':
      return {name: 'update_task', input: {id, when: whenText(change.to.at, change.to.hasTime, zone)}}
    case 'rename':
      return {name: 'update_task', input: {id, title: change.title}}
    case 'prioritise':
      return {name: 'update_task', input: {id, priority: change.priority}}
    case 'snooze': {
      const {forSeconds, until} = change
      return {
        name: 'snooze_reminder',
        input: {id, until: forSeconds === null ? whenText(until!, true, zone) : `${forSeconds} seconds`},
      }
    }
  }
}

function planDeletion({scope}: Extract<Change, {kind: 'delete'}>, tasks: readonly (TaskResponse | KnownTask)[]): Plan {
  const unclear = scope === null ? tasks.find((task) => 'series_id' in task && task.series_id !== null) : undefined
  if (unclear) {
    return askPlan({
      text: `${quoted(unclear.title)} repeats. What shall be deleted?`,
      choices: SCOPES.map(([reach, means]) => ({write: deletion(unclear.id, reach), means})),
      fill: null,
    })
  }
  const titles = tasks.map(({title}) => quoted(title)).join(', ')
  const reach = scope === 'following' ? ' and all that follow' : scope === 'all' ? ' with its whole series' : ''
  return {
    kind: 'calls',
    calls: tasks.map(({id}) => ({name: 'delete_task', input: {id, ...(scope !== null && {scope})}})),
    say: `Delete ${titles}${reach}? Say yes or no.`,
  }
}

/** No tool opens a task again; taking back that it was done does. */
async function planReopening(tasks: readonly KnownTask[], turn: TurnContext): Promise<Plan> {
  for (const {id, title} of tasks) {
    if (!(await turn.tasks.wasJustCompleted(id)))
      return sayPlan(`${quoted(title)} was not done in the last 24 hours, or changed since. Open it again on its page.`)
  }
  return {kind: 'calls', calls: tasks.map(({id}) => ({name: 'undo', input: {task_id: id}})), say: null}
}
