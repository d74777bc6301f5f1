/** A task that a client of the load has, by the answer to the request that made it or completed the one before. */
export interface BookedTask {
  readonly id: number
  readonly userId: string
  readonly title: string
  /** ms since 1970 */
  readonly dueAt: number
  /** Whether another one follows when it is completed. */
  readonly goesOn: boolean
  /** When it was answered that it was completed, ms since 1970. */
  completedAt: number | null
  updates: number
  /** When its mail has to come, and when it was answered that there is such a reminder; ms since 1970. */
  readonly reminder: {readonly at: number; readonly bookedAt: number} | null
}

/** What was promised to the clients of the load, and therefore has to be there in the end: no more, no less. */
export class Book {
  readonly tasks = new Map<number, BookedTask>()
  /** Tasks that clients made themselves. */
  added = 0

  add(task: BookedTask): void {
    if (this.tasks.has(task.id)) throw new Error(`task ${task.id} was given to two clients`)
    this.tasks.set(task.id, task)
  }

  get completed(): BookedTask[] {
    return [...this.tasks.values()].filter((task) => task.completedAt !== null)
  }

  get reminders(): (BookedTask & {reminder: NonNullable<BookedTask['reminder']>})[] {
    return [...this.tasks.values()].filter((task): task is typeof task & {reminder: object} => task.reminder !== null)
  }
}
