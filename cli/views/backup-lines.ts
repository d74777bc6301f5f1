import type {BackupResult} from '../operations/backup/take-backup.ts'
import type {RestoreResult} from '../operations/backup/restore-backup.ts'
import type {Output} from '../output.ts'
import {printSteps} from './down-lines.ts'

/** `todo5 backup`. */
export function printBackup(out: Output, result: BackupResult): void {
  if ('steps' in result) return printSteps(out, result.steps)
  const {good, symbols} = out.style
  out.data(`${good(symbols.done)} ${result.file}  ${size(result.bytes)}, ${contents(result)}`)
  out.note(
    '  It holds secrets and is readable by you alone: keep it so.',
    `  Give it back: todo5 restore ${result.file}`,
  )
}

/** `todo5 restore`. */
export function printRestored(out: Output, result: RestoreResult, typedAs: string): void {
  if ('steps' in result) return printSteps(out, result.steps)
  const {good, symbols} = out.style
  out.data(`${good(symbols.done)} ${result.target} is as it was ${result.taken_at}: ${contents(result)}`)
  if (result.api_url !== null) out.data(`  runs again at ${new URL(result.api_url).origin}/`)
  else out.note(`  Start it: ${typedAs} up${result.target === 'local' ? '' : ' host'}`)
}

const contents = ({tasks, accounts}: {tasks: number; accounts: number}): string =>
  `${tasks.toLocaleString('en')} ${tasks === 1 ? 'task' : 'tasks'} of ${accounts} ${accounts === 1 ? 'account' : 'accounts'}`

const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
