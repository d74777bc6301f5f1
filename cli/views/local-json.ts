import type {BroughtUp} from '../operations/bring-up.ts'
import type {Machine, ProcessEntry} from '../supervisor/machine.ts'

export type UpJson = {readonly dry_run: true; readonly steps: readonly string[]} | ReturnType<typeof upJson>

/** `todo5 up --json`; nothing secret. */
export function upJson({state, already, restarted, seconds}: BroughtUp, entry: ProcessEntry, machine: Machine) {
  return {
    target: 'local' as const,
    already_running: already,
    restarted,
    took_seconds: Math.round(seconds * 1000) / 1000,
    version: state.version,
    pid: state.pid,
    started_at: state.started_at,
    api_url: state.api_url,
    mailbox_url: state.mailbox_url,
    operations_url: state.operations_url,
    smtp_port: state.smtp_port,
    postgres: state.postgres,
    postgres_version: state.postgres_version,
    data_dir: entry.dataDir,
    log_file: machine.logFiles()[0]!,
  }
}
