import {isDeepStrictEqual} from 'node:util'
import {z} from 'zod'
import type {PlannedCall} from '../chat/plan.ts'
import type {ActionConfig, Card, Component} from './protocol.ts'

const taskAction = z.object({
  type: z.literal('todo5.task'),
  payload: z.strictObject({do: z.enum(['complete', 'skip', 'snooze', 'undo']), task: z.int().positive()}),
})
const answerAction = z.object({
  type: z.literal('todo5.answer'),
  payload: z.strictObject({approval: z.string().max(100), approved: z.boolean()}),
})
const chooseAction = z.object({
  type: z.literal('todo5.choose'),
  payload: z.strictObject({choice: z.int().min(0).max(100)}),
})

/** What the buttons of our cards do. They carry ids alone: what is to be done is looked up when one is pressed. */
export const cardAction = z.discriminatedUnion('type', [taskAction, answerAction, chooseAction])
type CardAction = z.output<typeof cardAction>
export type TaskVerb = z.output<typeof taskAction>['payload']['do']

export const actionConfig = (action: CardAction): ActionConfig => ({
  ...action,
  handler: 'server',
  loadingBehavior: 'auto',
  streaming: true,
})

/** Whether the card, as it is now, has a button for just that. */
export const offers = ({children}: Card, {type, payload}: {type: string; payload: unknown}): boolean =>
  actionsIn(children).some((action) => action.type === type && isDeepStrictEqual(action.payload, payload))

const actionsIn = (components: readonly Component[]): ActionConfig[] =>
  components.flatMap((component) => {
    if (component.type === 'Button') return [component.onClickAction]
    return 'children' in component ? actionsIn(component.children) : []
  })

/** The call of a tool that a button stands for, and what somebody would have said instead. */
export const TASK_ACTIONS: Readonly<
  Record<TaskVerb, {readonly says: string; readonly call: (id: number) => PlannedCall}>
> = {
  complete: {says: 'Done', call: (id) => ({name: 'complete_task', input: {id}})},
  skip: {says: 'Skip', call: (id) => ({name: 'skip_occurrence', input: {id}})},
  snooze: {says: 'Snooze for an hour', call: (id) => ({name: 'snooze_reminder', input: {id, until: '1 hour'}})},
  undo: {says: 'Undo', call: (id) => ({name: 'undo', input: {task_id: id}})},
}
