import type {Letter} from '../operations/dead-letters/letter.ts'
import type {LeftOut} from '../operations/dead-letters/plan-replay.ts'
import {counted, type LeftOutLetter, leftOutLetters, type Rehearsal} from '../operations/dead-letters/rehearse.ts'
import type {LetterGroup} from '../operations/dead-letters/summarize-letters.ts'
import type {Output} from '../output.ts'
import type {Column} from '../table.ts'
import {longInstant, span} from '../time/show-time.ts'
import {instantOfLog} from './audit-lines.ts'
import type {TimeView} from './task-lines.ts'

export interface LetterJson {
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly at: string
  readonly consumer: string | null
  readonly code: string
  readonly reason: string
  readonly event_id: string | null
  readonly event_type: string | null
  readonly user_id: string | null
  readonly task_id: number | null
  readonly replay_count: number
  readonly state: 'open' | 'replayed' | 'dropped'
  readonly handled_at: string | null
  readonly handled_by: string | null
}

export const letterJson = (letter: Letter): LetterJson => ({
  id: letter.id,
  topic: letter.topic,
  partition: letter.partition,
  offset: letter.offset,
  at: new Date(letter.at).toISOString(),
  consumer: letter.consumer,
  code: letter.code,
  reason: letter.reason,
  event_id: letter.eventId,
  event_type: letter.eventType,
  user_id: letter.userId,
  task_id: letter.taskId,
  replay_count: letter.replays,
  state: letter.handled?.action ?? 'open',
  handled_at: letter.handled?.at ?? null,
  handled_by: letter.handled?.by ?? null,
})

/** With the event as it arrived, or the text of what is no JSON. */
export interface LetterDetails extends LetterJson {
  readonly key: string | null
  readonly original: unknown
  readonly text: string | null
}

export const letterDetails = (letter: Letter): LetterDetails => ({
  ...letterJson(letter),
  key: letter.key,
  original: letter.original ?? null,
  text: letter.text,
})

/** Who wrote it may be anybody: nothing of it may move the cursor or colour the terminal. */
const shown = (text: string): string => text.replaceAll(/\p{C}/gu, ' ')
const ago = (at: number, now: number): string => span(Math.max(0, now - at))
/** `audit`: what all of them have in common is left out. */
const consumerText = (consumer: string | null): string => shownOr(consumer, 'Dapr').replace(/-service$/u, '')
const shownOr = (text: string | null, otherwise: string): string => (text === null ? otherwise : shown(text))

export function printLetters(out: Output, letters: readonly Letter[], view: TimeView, withState: boolean): void {
  const columns: Column<Letter>[] = [
    {title: 'ID', text: ({id}) => id},
    {title: 'WHEN', text: ({at}) => (out.isTTY ? `${ago(at, view.now)} ago` : instantOfLog(at, out, view))},
    {title: 'TYPE', text: ({eventType}) => shownOr(eventType, 'none'), spare: 2},
    {title: 'CODE', text: ({code}) => shown(code)},
    {title: 'CONSUMER', text: ({consumer}) => consumerText(consumer), spare: 3},
    ...(withState ? [{title: 'STATE', text: ({handled}: Letter) => handled?.action ?? 'open'}] : []),
    {title: 'REASON', text: ({reason}) => shown(reason), atLeast: 10, spare: 1},
  ]
  out.table(columns, letters)
}

/** How many of each kind; with `replay`, what a replay would do with them. */
export function printGroups(
  out: Output,
  groups: readonly LetterGroup[],
  {now}: {readonly now: number},
  {replay = false}: {replay?: boolean} = {},
): void {
  const columns: Column<LetterGroup>[] = [
    {title: 'COUNT', text: ({count}) => String(count), align: 'right'},
    {title: 'TYPE', text: (group) => shownOr(group.event_type, 'none'), spare: 0},
    {title: 'CODE', text: ({code}) => shown(code)},
    {title: 'CONSUMER', text: ({consumer}) => consumerText(consumer), spare: 3},
    {title: 'OLDEST', text: (group) => ago(Date.parse(group.oldest_at), now), spare: 2},
    ...(replay ? [{title: 'REPLAY', text: (group: LetterGroup) => replayText(group.left_out)}] : []),
    {title: 'REASON', text: ({reason}) => shown(reason), atLeast: 10, spare: 1},
  ]
  out.table(columns, groups)
}

const REPLAY_TEXTS: Readonly<Record<LeftOut['code'], string>> = {
  already_handled: 'no, was handled',
  no_event: 'no, not an event',
  not_ours: 'no, not ours',
  fails_again: 'no, fails again',
  replayed_too_often: 'no, too often',
}
const replayText = (code: LeftOut['code'] | null): string => (code === null ? 'yes' : REPLAY_TEXTS[code])

export function printLetter(out: Output, letter: Letter, {zone}: TimeView): void {
  const {id, at, consumer, code, reason, handled, replays, key, original, text} = letter
  out.data(`${id}  ${shown(code)}`)
  const facts = {
    reason: shown(reason),
    when: longInstant(at, zone),
    consumer: shownOr(consumer, 'Dapr'),
    state: handled ? `${handled.action} ${longInstant(Date.parse(handled.at), zone)} by ${shown(handled.by)}` : 'open',
    replays: replays === 0 ? 'none' : String(replays),
    key: shownOr(key, 'none'),
  }
  for (const [name, value] of Object.entries(facts)) out.data(`  ${name.padEnd(9)} ${value}`)
  const lines = text === null ? JSON.stringify(original, null, 2).split('\n') : [text]
  out.data(...lines.map((line) => `  ${shown(line)}`))
}

export function printRehearsal(out: Output, rehearsal: Rehearsal, view: {now: number}, replay: boolean): void {
  const {groups, steps} = rehearsal
  if (groups.length > 0) printGroups(out, groups, view, {replay})
  out.data(...(steps.length > 0 ? steps.map((step) => `Would ${step}.`) : ['Nothing to do.']))
  out.note('Nothing was changed.')
}

/** What was done, by ids of dead letters. */
export interface Settled {
  readonly action: 'replayed' | 'dropped'
  readonly dead_letters: readonly string[]
  readonly left_out: readonly LeftOutLetter[]
}

export function printSettled(
  out: Output,
  action: Settled['action'],
  letters: readonly Letter[],
  leftOut: readonly LeftOut[],
): Settled {
  const verb = action === 'replayed' ? 'Replayed' : 'Dropped'
  out.data(letters.length === 0 ? 'Nothing to do.' : `${verb} ${counted(letters.length, 'dead letter')}.`)
  const ofKind = Map.groupBy(leftOut, ({code}) => code)
  for (const [code, group] of ofKind) {
    const [{letter, reason}] = group as [LeftOut]
    const rest = group.length === 1 ? '' : `, and ${group.length - 1} more of this kind`
    out.note(`Left out ${letter.id}${rest}: ${shown(reason)}.  [${code}]`)
  }
  if (action === 'replayed' && letters.length > 0) out.tip('what fails again comes back', 'todo5 dlq list')
  return {action, dead_letters: letters.map(({id}) => id), left_out: leftOutLetters(leftOut)}
}
