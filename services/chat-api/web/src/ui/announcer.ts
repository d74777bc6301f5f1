/** What a screen reader is told beside what has the focus: one polite region, at most one message a second. */
const PAUSE_MS = 1000

type Listener = (message: string) => void

let listener: Listener | undefined
let waiting: string[] = []
let pausing = false

export function announce(message: string): void {
  waiting.push(message)
  speak()
}

/** The region of the page; what was said before it was there is said then. */
export function onAnnouncement(say: Listener): () => void {
  listener = say
  speak()
  return () => {
    listener = undefined
  }
}

/** What gathered during a pause is one message. */
function speak(): void {
  if (pausing || !listener || waiting.length === 0) return
  const message = waiting.join(' ')
  waiting = []
  pausing = true
  listener(message)
  setTimeout(() => {
    pausing = false
    speak()
  }, PAUSE_MS)
}
