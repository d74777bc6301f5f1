import type {LiveTaskMessage} from '../../../../contracts/live.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {ApiError} from '../api/api-error.ts'
import {read} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {forgetTask, knownVersion, readAgain, showTask} from './task-cache.ts'

/** Events of one change come together; a task that has several is read once. */
const GATHER_MS = 50
/** More at once than this, as from an import: the lists are read again. */
const MOST_SINGLE = 20

const changed = new Map<number, LiveTaskMessage>()
let timer: ReturnType<typeof setTimeout> | undefined

/** A task changed somewhere: reads it, unless this version of it is known, and shows it. */
export function followTask(message: LiveTaskMessage): void {
  const isOfReminder = message.type.startsWith('reminder.')
  // Reminder events do not raise the version.
  if (!isOfReminder && knownVersion(message.id) >= message.version) return
  changed.set(message.id, message)
  timer ??= setTimeout(() => void readChanged(), GATHER_MS)
}

async function readChanged(): Promise<void> {
  timer = undefined
  const messages = [...changed.values()]
  changed.clear()
  if (messages.length > MOST_SINGLE) return readAgain()
  await Promise.all(messages.map(async ({id, type}) => (type === 'task.deleted' ? forgetTask(id) : readTask(id))))
}

async function readTask(id: number): Promise<void> {
  try {
    showTask(await read<TaskResponse>(`/tasks/${id}`))
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 404) forgetTask(id)
    // Not reached: the stream is gone, too, and its return reads everything.
    else if (!error.isOffline) void queryClient.invalidateQueries({queryKey: keys.task(id)})
  }
}
