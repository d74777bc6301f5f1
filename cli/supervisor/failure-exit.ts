import {EXIT, type ExitCode} from '../exit-codes.ts'

/** The exit code that a failure of the background process becomes; what is not listed is refused by the present state. */
const EXIT_OF_CODE: Readonly<Record<string, ExitCode>> = {
  invalid_database_url: EXIT.usage,
  database_unreachable: EXIT.unreachable,
  initdb_failed: EXIT.outsideProgram,
  start_timeout: EXIT.outsideProgram,
  cannot_stop: EXIT.outsideProgram,
  binaries_missing: EXIT.outsideProgram,
  binaries_unusable: EXIT.outsideProgram,
  postgresql_lost: EXIT.outsideProgram,
  program_failed: EXIT.outsideProgram,
  process_ended: EXIT.bug,
  start_failed: EXIT.bug,
}

export const exitOfFailure = (code: string): ExitCode => EXIT_OF_CODE[code] ?? EXIT.refused
