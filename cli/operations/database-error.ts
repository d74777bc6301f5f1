import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

const AWAY: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'ECONNRESET',
  'EHOSTUNREACH',
  '57P03',
])

/** What PostgreSQL, or the way to it, answered, as far as whoever runs the command can do something about it. */
export function databaseError(error: unknown): unknown {
  const {code, message, syscall} = error as {code?: string; message?: string; syscall?: string}
  if (code === undefined) return error
  // A socket file that is not there; another missing file would be our own.
  if (AWAY.has(code) || (code === 'ENOENT' && syscall === 'connect')) {
    return new CliError(`The database does not answer (${code}).`, {
      code: 'database_unreachable',
      exit: EXIT.unreachable,
      hints: ['check --database-url', 'todo5 up        starts the one of this machine'],
      cause: error,
    })
  }
  if (code === 'ERR_INVALID_URL') {
    return new CliError('The database URL is no URL.', {
      code: 'invalid_url',
      exit: EXIT.usage,
      hints: ['--database-url postgres://USER:PASSWORD@HOST:PORT/DATABASE'],
      cause: error,
    })
  }
  // No such function or table: the schema is older than this todo5.
  if (code === '42883' || code === '42P01') {
    return new CliError(`The database lacks what this todo5 needs: ${message ?? code}.`, {
      code: 'schema_too_old',
      exit: EXIT.refused,
      hints: ['todo5 db migrate'],
      cause: error,
    })
  }
  // 28: no such user or password; 3D: no such database; 42501: may not; 55P03: waited too long for a lock
  if (/^28|^3D|^42501$|^55P03$/u.test(code)) {
    return new CliError(`PostgreSQL refuses: ${message ?? code}.`, {
      code: code === '55P03' ? 'database_busy' : 'database_refused',
      exit: EXIT.refused,
      hints: [
        code === '55P03' ? 'run it again when less is going on' : 'check user, password and database of --database-url',
      ],
      cause: error,
    })
  }
  return error
}
