/** What this window keeps of the chat when it is loaded anew: the thread that was open, and what was not sent yet. */
export interface Kept {
  readonly userId: string
  readonly threadId: string | null
  readonly draft: string
}

const NAME = 'todo5-chat'

/** Null when there is nothing, or of somebody else. */
export function readKept(userId: string): Kept | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(NAME) ?? 'null') as Kept | null
    return kept?.userId === userId ? kept : null
  } catch {
    // Written by nobody of ours: as if nothing were there.
    return null
  }
}

export function keep(kept: Kept): void {
  if (kept.threadId === null && kept.draft === '') sessionStorage.removeItem(NAME)
  else sessionStorage.setItem(NAME, JSON.stringify(kept))
}

export const dropKept = (): void => sessionStorage.removeItem(NAME)
