import type {DaprLint} from '../operations/lint-dapr.ts'
import type {Output} from '../output.ts'

/** `file:line:column`, as editors and terminals follow it; then what, and what to do. */
export function printDaprLint(out: Output, {files, resources, errors, warnings, findings}: DaprLint): void {
  const {style} = out
  for (const {file, line, column, severity, rule, message, hint} of findings) {
    const mark = severity === 'error' ? style.bad('error') : style.warn('warning')
    out.data(`${file}:${line}:${column}  ${mark}  ${message}  ${style.dim(rule)}`, `    ${hint}`)
  }
  const looked = `${count(resources, 'resource')} in ${count(files, 'file')}`
  if (findings.length === 0) out.data(`${style.good(style.symbols.done)} ${looked}: nothing found`)
  else out.note(`${looked}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`)
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
