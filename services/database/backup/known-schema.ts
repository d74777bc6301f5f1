import {DomainError} from '../../domain/errors.ts'
import {MIGRATIONS} from '../migrations/index.ts'

/** The newest of the migrations of a backup, when this version of todo5 can build that schema; else an error. */
export function knownSchema(migrations: readonly string[], madeBy: string): string {
  const names = MIGRATIONS.map(({name}) => name as string)
  const newer = migrations.filter((name) => !names.includes(name))
  if (newer.length > 0) {
    throw new DomainError(
      'conflict',
      'schema_too_new',
      `The backup is of todo5 ${madeBy}, whose schema has migration ${newer.join(', ')}; this todo5 does not know it.`,
      {hint: `npm install -g todo5@${madeBy}`},
    )
  }
  const newest = migrations.at(-1)
  if (newest === undefined || migrations.some((name, place) => name !== names[place])) {
    throw new DomainError('invalid', 'backup_malformed', 'The backup lists migrations that no todo5 has in that order.')
  }
  return newest
}
