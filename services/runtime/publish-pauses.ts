const FIRST_MS = 100
const LONGEST_MS = 5000

interface Pause {
  readonly until: number
  readonly ms: number
}

/** One entry of a batch that was handed to the bus, and whether it was taken. */
export interface PublishAttempt {
  readonly topic: string
  readonly taskId: number | null
  readonly ok: boolean
}

/**
 * What the bus refuses waits before it is offered again, 100 ms at first and twice as long each time, at most 5 s: a topic
 * of which a batch was refused altogether, else the single task. Everything else goes on meanwhile. Times are ms of a clock
 * that only rises.
 */
export class PublishPauses {
  readonly #topics = new Map<string, Pause>()
  readonly #tasks = new Map<string, Pause>()

  note(attempts: readonly PublishAttempt[], now: number): void {
    for (const [topic, ofTopic] of Map.groupBy(attempts, (attempt) => attempt.topic)) {
      const refused = ofTopic.filter((attempt) => !attempt.ok)
      if (refused.length === ofTopic.length) {
        lengthen(this.#topics, topic, now)
        continue
      }
      this.#topics.delete(topic)
      for (const attempt of refused) lengthen(this.#tasks, keyOf(attempt), now)
    }
    for (const attempt of attempts) if (attempt.ok) this.#tasks.delete(keyOf(attempt))
  }

  /** Topics of which nothing is offered now. */
  topics(now: number): string[] {
    return [...this.#topics].filter(([, pause]) => pause.until > now).map(([topic]) => topic)
  }

  /** Whether the first event of this task and topic has to wait. */
  waits(entry: {topic: string; taskId: number | null}, now: number): boolean {
    const pause = this.#tasks.get(keyOf(entry))
    return pause !== undefined && pause.until > now
  }
}

const keyOf = ({topic, taskId}: {topic: string; taskId: number | null}): string => `${topic}/${taskId ?? ''}`

function lengthen(pauses: Map<string, Pause>, key: string, now: number): void {
  const ms = Math.min((pauses.get(key)?.ms ?? FIRST_MS / 2) * 2, LONGEST_MS)
  pauses.set(key, {until: now + ms, ms})
}
