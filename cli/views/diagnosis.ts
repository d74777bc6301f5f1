import {type Check, type CheckState, count} from '../operations/doctor/check.ts'
import type {Diagnosis} from '../operations/doctor/doctor.ts'
import type {Output} from '../output.ts'
import {padEnd, wrap} from '../text-width.ts'

const WIDTH = 15

/** A line for each check; below it what is not as it should be, and what to do. */
export function printDiagnosis(out: Output, {state, checks}: Diagnosis): void {
  for (const [area, found] of Map.groupBy(checks, (check) => check.area)) {
    out.data(out.style.bold(area))
    for (const check of found) printCheck(out, check)
  }
  const problems = checks.filter((check) => check.state === 'problem').length
  const warnings = checks.filter((check) => check.state === 'warning').length
  if (state === 'ok') out.note(`${count(checks.length, 'check')}, nothing wrong`)
  else out.note(`${count(checks.length, 'check')}: ${count(problems, 'problem')}, ${count(warnings, 'warning')}`)
}

function printCheck(out: Output, {check, state, found, details, next}: Check): void {
  const {dim} = out.style
  const indent = ' '.repeat(3 + out.style.symbols.done.length + WIDTH)
  const room = out.isTTY ? Math.max(20, out.columns - indent.length) : Infinity
  const [first = '', ...rest] = wrap(found, room)
  const below = [...rest, ...details.flatMap((line) => wrap(line, room))]
  out.data(
    `  ${mark(out, state)} ${padEnd(check.replaceAll('_', ' '), WIDTH)}${first}`,
    ...below.map((line) => `${indent}${line}`),
    ...next.map((line) => `${indent}${dim(`${out.style.symbols.arrow} ${line}`)}`),
  )
}

function mark(out: Output, state: CheckState): string {
  const {good, warn, bad, symbols} = out.style
  const padded = (symbol: string): string => padEnd(symbol, symbols.done.length)
  if (state === 'ok') return good(padded(symbols.done))
  return state === 'warning' ? warn(padded(symbols.warning)) : bad(padded(symbols.failed))
}

/** What `--fix` did, or would do. */
export function printFixes(out: Output, fixed: readonly string[], dryRun: boolean): void {
  const {good, symbols} = out.style
  if (fixed.length === 0) return out.note('There is nothing to mend by itself.')
  for (const line of fixed) out.data(dryRun ? `would ${line}` : `${good(symbols.done)} ${line}`)
}
