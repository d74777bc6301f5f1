import type {Explanation} from '../operations/explain-rule.ts'
import type {Preview} from '../operations/preview-rule.ts'
import type {Output} from '../output.ts'
import {wrap} from '../text-width.ts'
import {longInstant, plainDue} from '../time/show-time.ts'
import {printDetails, type TimeView} from './task-lines.ts'

/** Numbered occurrences, with a line where a clock change moves them. */
export function printPreview(out: Output, preview: Preview, {zone}: TimeView): void {
  const {dim, warn, bold} = out.style
  if (out.isTTY) out.data(...wrap(preview.description, out.columns).map((line) => bold(line)))
  const width = String(preview.occurrences.length).length
  const changes = new Map(preview.clock_changes.map(({first, effect}) => [first, effect]))
  for (const [index, text] of preview.occurrences.entries()) {
    const due = {at: Date.parse(text), hasTime: preview.has_time}
    const change = changes.get(text)
    if (out.isTTY) {
      if (change !== undefined) {
        const lines = wrap(change, Math.max(30, out.columns - width - 2))
        out.data(...lines.map((line) => `${' '.repeat(width + 2)}${warn(line)}`))
      }
      out.data(`${dim(String(index + 1).padStart(width))}  ${longInstant(due, zone)}`)
    } else {
      if (change !== undefined) out.warning(change)
      out.data(plainDue(due, zone))
    }
  }
  if (preview.occurrences.length === 0) out.note('No occurrence in that time.')
  else if (!preview.more) out.note('That is the last one.')
  for (const note of preview.notes) out.warning(note)
}

/** The parts of a rule, and what they come to. */
export function printExplanation(out: Output, explanation: Explanation, {zone}: TimeView): void {
  const {dim} = out.style
  const width = Math.max(...explanation.parts.map(({part}) => part.length))
  for (const {part, meaning, from} of explanation.parts) {
    const line = `  ${part.padEnd(width)}  ${meaning}${from === 'start' ? ' (from the start)' : ''}`
    out.data(from === 'start' ? dim(line) : line)
  }
  const at = (text: string): string => longInstant({at: Date.parse(text), hasTime: explanation.has_time}, zone)
  out.data('')
  printDetails(out, [
    ['reads', explanation.description],
    ['canonical', explanation.canonical],
    ...(zone.name === 'UTC' ? [] : ([['in UTC', explanation.utc_rule]] as const)),
    ['start', at(explanation.start)],
    ['next', explanation.next.length === 0 ? 'none' : explanation.next.map(at).join(', ')],
    ...(explanation.last === null ? [] : ([['last', at(explanation.last)]] as const)),
  ])
  for (const note of explanation.notes) out.warning(note)
}
