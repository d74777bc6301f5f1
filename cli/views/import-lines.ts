import type {Zone} from '../../services/domain/dates/zone.ts'
import {errorJson} from '../errors.ts'
import {harmlessLine} from '../harmless-text.ts'
import type {ImportOutcome} from '../operations/import-tasks.ts'
import type {ImportPlan, PlannedTask} from '../operations/plan-import.ts'
import {ruleInWords} from '../operations/rule-words.ts'
import type {Output} from '../output.ts'
import {plainDue} from '../time/show-time.ts'
import {type LossOf, printLosses} from './loss-lines.ts'

interface ImportFacts {
  readonly format: string
  readonly losses: readonly LossOf[]
  /** Parts of the file that were left out, by --skip-invalid. */
  readonly invalid: readonly {readonly place: string; readonly message: string}[]
  readonly notes: readonly string[]
  readonly done_left_out: number
}

export type ImportResult =
  | (ImportFacts & {readonly dry_run: true; readonly tasks: readonly unknown[]})
  | (ImportFacts & {
      readonly added: number
      readonly already: number
      readonly results: readonly (
        | {readonly place: string; readonly title: string; readonly id: number | null; readonly already: boolean}
        | ({readonly place: string; readonly title: string} & ReturnType<typeof errorJson>)
      )[]
    })

const lossesOf = (tasks: readonly PlannedTask[]): LossOf[] =>
  tasks.flatMap(({title, losses}) => losses.map((loss) => ({title, ...loss})))

const factsOf = (plan: ImportPlan, tasks: readonly PlannedTask[]): ImportFacts => ({
  format: plan.format,
  losses: lossesOf(tasks),
  invalid: plan.faults,
  notes: plan.notes,
  done_left_out: plan.doneLeftOut,
})

export const planJson = (plan: ImportPlan): ImportResult => ({
  dry_run: true,
  ...factsOf(plan, plan.tasks),
  tasks: plan.tasks.map(({place, request}) => ({place, task: request})),
})

export const importJson = (plan: ImportPlan, outcomes: readonly ImportOutcome[]): ImportResult => ({
  ...factsOf(plan, outcomes),
  added: outcomes.filter((outcome) => 'id' in outcome && !outcome.already).length,
  already: outcomes.filter((outcome) => 'id' in outcome && outcome.already).length,
  results: outcomes.map((outcome) => ({
    place: outcome.place,
    title: outcome.title,
    ...('error' in outcome ? errorJson(outcome.error) : {id: outcome.id, already: outcome.already}),
  })),
})

/** What is known before anything is sent: to stderr. */
export function printPlan(out: Output, plan: ImportPlan): void {
  for (const {place, message} of plan.faults) out.warning(`Left out: ${place}: ${harmlessLine(message)}`)
  for (const note of plan.notes) out.note(harmlessLine(note))
  if (plan.doneLeftOut > 0) {
    const count = plan.doneLeftOut === 1 ? '1 done task is' : `${plan.doneLeftOut} done tasks are`
    out.note(`${count} left out (--done takes them, too).`)
  }
  printLosses(out, lossesOf(plan.tasks))
}

export function printWouldAdd(out: Output, {tasks}: ImportPlan, {zone}: {zone: Zone}): void {
  for (const {title, request, done} of tasks) {
    const due = request.due_at ?? null
    const has = request.due_has_time ?? true
    const when = due === null ? '' : `  due ${plainDue({at: Date.parse(due), hasTime: has}, zone)}`
    const rule = {
      recurring_pattern: request.recurring_pattern ?? null,
      occurrence_at: due,
      due_at: due,
      due_has_time: has,
    }
    const repeats = ruleInWords(rule, zone)
    const tags = (request.tags ?? []).map((tag) => ` #${tag}`).join('')
    out.data(
      `Would add  ${harmlessLine(title)}${tags}${when}${repeats === '' ? '' : `  ${repeats}`}${done ? '  done' : ''}`,
    )
  }
  out.note(tasks.length === 0 ? 'There is nothing to add.' : `${tasks.length} in all. Nothing was changed.`)
}

export function printImport(out: Output, outcomes: readonly ImportOutcome[]): void {
  const made = outcomes.flatMap((outcome) => ('error' in outcome ? [] : [outcome]))
  const added = made.filter(({already}) => !already).length
  const already = made.length - added
  const facts = [`${added} added`]
  if (already > 0) facts.push(`${already} already there`)
  if (made.length < outcomes.length) facts.push(`${outcomes.length - made.length} refused`)
  out.data(`${facts.join(', ')}.`)
  if (already > 0 && added === 0)
    out.note('This file was imported before. What was changed or deleted since stays so; --again adds it once more.')
  if (added > 0) out.tip('undo', 'todo5 undo --list')
}
