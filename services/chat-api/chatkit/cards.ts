import type {DynamicToolUIPart} from 'ai'
import type {TaskResponse} from '../../contracts/tasks.ts'
import type {Zone} from '../../domain/dates/zone.ts'
import type {ChatQuestion} from '../../domain/chat/meaning.ts'
import {quoted, taskWords} from '../tools/task-words.ts'
import {type TaskVerb, actionConfig} from './card-actions.ts'
import {type Facts, type Shown, isChanging, shownBy} from './conversation-facts.ts'
import type {Button, Card, Component} from './protocol.ts'

export interface CardSetting {
  readonly facts: Facts
  readonly zone: Zone
  /** When the answer was given, ms: what was overdue then. */
  readonly at: number
  /** Of the part of which this is the card. */
  readonly place: number
}

interface CardWithText {
  readonly widget: Card
  readonly copy_text: string
}

const LABELS: Readonly<Record<TaskVerb, string>> = {
  complete: 'Done',
  skip: 'Skip',
  snooze: 'Snooze 1 hour',
  undo: 'Undo',
}

/** The tasks that a tool answered with, and buttons for what can still be done; null when there are none. */
export function taskCard(part: DynamicToolUIPart, setting: CardSetting): CardWithText | null {
  const all = shownBy(part)
  if (all.length === 0) return null
  const isList = part.toolName === 'list_tasks'
  const rows = all.map((shown, index): Component => {
    const canUndo = isChanging(part) && part.toolName !== 'undo' && index === 0
    const buttons = verbsFor(shown, {isList, canUndo, setting}).map((verb) => taskButton(verb, shown.task.id))
    return taskRow(shown, buttons, setting)
  })
  const children = rows.flatMap((row, index) => (index === 0 ? [row] : [{type: 'Divider'} as const, row]))
  return {
    widget: {type: 'Card', size: 'md', children},
    copy_text: all.map(({task, heading}) => `${heading ? `${heading}: ` : ''}${wordsOf(task, setting)}`).join('\n'),
  }
}

const wordsOf = (task: TaskResponse, {zone, at}: CardSetting): string => taskWords(task, {zone, now: at})

function taskRow({task, heading}: Shown, buttons: readonly Button[], setting: CardSetting): Component {
  const words = wordsOf(task, setting).slice(`task ${task.id} ${quoted(task.title)}: `.length)
  const isGone = heading !== null && heading !== 'Next'
  const texts: Component[] = [
    {type: 'Text', value: task.title, weight: 'semibold', ...(isGone && {lineThrough: true as const})},
    {type: 'Text', value: heading === null ? words : `${heading}: ${words}`, size: 'sm', color: 'secondary'},
  ]
  const row: Component[] = buttons.length === 0 ? [] : [{type: 'Row', gap: 2, wrap: 'wrap', children: buttons}]
  return {type: 'Col', gap: 1, children: [...texts, ...row]}
}

interface Offer {
  readonly isList: boolean
  readonly canUndo: boolean
  readonly setting: CardSetting
}

/** Nothing of a task that was changed further down: its newest card has the buttons. */
function verbsFor({task, heading}: Shown, {isList, canUndo, setting: {facts, place}}: Offer): TaskVerb[] {
  if ((facts.lastChange.get(task.id) ?? place) > place) return []
  const isOpen = task.completed_at === null && task.skipped_at === null && task.deleted_at === null
  const open: TaskVerb[] = isOpen && (heading === null || heading === 'Next') ? ['complete'] : []
  if (open.length > 0 && !isList) {
    if (task.recurring_pattern !== null) open.push('skip')
    if (task.due_at !== null) open.push('snooze')
  }
  return canUndo ? [...open, 'undo'] : open
}

const taskButton = (verb: TaskVerb, task: number): Button => ({
  type: 'Button',
  label: LABELS[verb],
  size: 'sm',
  variant: 'outline',
  onClickAction: actionConfig({type: 'todo5.task', payload: {do: verb, task}}),
})

const textCard = (value: string, buttons: readonly Button[] = []): CardWithText => ({
  widget: {
    type: 'Card',
    size: 'md',
    children: [
      {type: 'Text', value},
      ...(buttons.length === 0 ? [] : [{type: 'Row' as const, gap: 2, wrap: 'wrap' as const, children: buttons}]),
    ],
  },
  copy_text: value,
})

/** What a tool asked before it takes something away. `isOpen`: it can still be answered. */
export function approvalCard(part: DynamicToolUIPart, {facts}: CardSetting, isOpen: boolean): CardWithText {
  const {id, scope} = (part.input ?? {}) as {id?: number; scope?: string}
  const title = facts.titles.get(id ?? 0)
  const reach = scope === 'all' ? ' with its whole series' : scope === 'following' ? ' and all that follow' : ''
  const what = `${title === undefined ? `task ${id}` : quoted(title)}${reach}`
  if (part.state !== 'approval-requested') {
    return textCard(part.approval?.approved ? `Yes, delete ${what}.` : `No, ${what} stays.`)
  }
  if (!isOpen) return textCard(`Whether to delete ${what} was not answered: it stays.`)
  const button = (label: string, approved: boolean): Button => ({
    type: 'Button',
    label,
    size: 'sm',
    variant: approved ? 'solid' : 'outline',
    ...(approved && {color: 'danger'}),
    onClickAction: actionConfig({type: 'todo5.answer', payload: {approval: part.approval.id, approved}}),
  })
  return textCard(`Delete ${what}?`, [button('Yes, delete', true), button('No, keep it', false)])
}

/** The answers to a question, each as a button; null when it is answered in words alone. */
export function questionCard({choices}: ChatQuestion): CardWithText | null {
  if (choices.length === 0) return null
  const buttons = choices.map(({means}, choice): Button => ({
    type: 'Button',
    label: means,
    size: 'sm',
    variant: 'outline',
    onClickAction: actionConfig({type: 'todo5.choose', payload: {choice}}),
  }))
  return {
    widget: {type: 'Card', size: 'md', children: [{type: 'Row', gap: 2, wrap: 'wrap', children: buttons}]},
    copy_text: choices.map(({means}, index) => `${index + 1}. ${means}`).join('\n'),
  }
}
