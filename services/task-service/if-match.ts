import type {Transaction} from '../database/database.ts'
import type {Task} from '../database/entities/task.ts'
import {DomainError} from '../domain/errors.ts'
import {presentTask} from './present-task.ts'

/** `"5"`, `5` or `W/"5"`: the version that the client has seen; null when it did not say. `*` is any. */
export function parseIfMatch(header: string): number | null {
  if (header === '' || header === '*') return null
  const match = /^(?:W\/)?"?([1-9]\d{0,9})"?$/u.exec(header)
  if (!match)
    throw new DomainError('invalid', 'malformed_request', 'If-Match must be the version of the task, such as "3".')
  return Number(match[1])
}

/** Refuses a change of a task that somebody else has changed meanwhile, and shows it as it is now. */
export async function refuseOtherVersion(tx: Transaction, task: Task, ifMatch: number | null): Promise<void> {
  if (ifMatch === null || task.version === ifMatch) return
  throw new DomainError(
    'precondition',
    'task_changed',
    `Task ${task.id} is at version ${task.version}, not ${ifMatch}.`,
    {
      hint: 'Look at it as it is now, and send your change again.',
      details: {current: await presentTask(tx, task)},
    },
  )
}

export const etag = (version: number): string => `"${version}"`
