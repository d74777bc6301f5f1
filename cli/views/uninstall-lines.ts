import type {UninstallResult} from '../operations/uninstall/uninstall.ts'
import type {Output} from '../output.ts'
import {printSteps} from './down-lines.ts'

/** `todo5 uninstall`. */
export function printUninstalled(out: Output, result: UninstallResult, typedAs: string): void {
  if ('steps' in result) return printSteps(out, result.steps)
  const {good, symbols} = out.style
  const {parts, stopped, shell_files: shellFiles, package_command: command} = result
  const removed = parts.filter((part) => part.removed)
  if (parts.length === 0) out.data('Nothing of todo5 is here but the package itself.')
  else if (removed.length === 0) {
    out.table(
      [
        {title: 'PART', text: (row) => row.part},
        {title: 'SIZE', text: (row) => size(row.bytes), align: 'right'},
        {title: 'WHAT', text: (row) => row.what, spare: 1},
        {title: 'PATH', text: (row) => (row.link === null ? row.path : `${row.path} (a link)`)},
      ],
      parts,
    )
    out.note('Nothing was deleted. --data, --programs, --config or --all says what goes.')
  } else {
    for (const name of stopped) out.data(`${good(symbols.done)} stopped ${name}`)
    for (const {path} of removed) out.data(`${good(symbols.done)} deleted ${path}`)
  }
  for (const file of shellFiles) out.note(`  ${file} still asks todo5 for completions: take that line out.`)
  out.note(`  The package itself: ${command.replace(/^todo5/u, typedAs)}`)
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
