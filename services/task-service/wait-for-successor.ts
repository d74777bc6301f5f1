import {setTimeout as delay} from 'node:timers/promises'
import type {TaskResponse} from '../contracts/tasks.ts'
import type {Database} from '../database/database.ts'
import {presentTask} from './present-task.ts'
import {findSuccessor} from './use-cases/complete-task.ts'

const FIRST_LOOK_MS = 10
const LAST_LOOK_MS = 200

/** Looks for what follows a completed task until it is there or the time is up; each look is a transaction of its own. */
export async function waitForSuccessor(
  database: Database,
  userId: string,
  id: number,
  forMs: number,
): Promise<TaskResponse | null> {
  const deadline = Date.now() + forMs
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.5, LAST_LOOK_MS)) {
    const found = await database.asUser(userId, async (tx) => {
      const successor = await findSuccessor(tx, id)
      return successor && presentTask(tx, successor)
    })
    if (found) return found
    if (Date.now() + pause > deadline) return null
    await delay(pause)
  }
}
