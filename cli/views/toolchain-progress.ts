import type {InstallEvent} from '../operations/find-toolchain.ts'
import type {Output} from '../output.ts'
import {type Progress, showProgress} from '../progress.ts'

export interface InstallView {
  readonly show: (event: InstallEvent) => void
  /** What was noted on the way. */
  readonly notes: readonly string[]
  end(): Promise<void>
}

/** ms between two lines about the same thing where nothing can be written over. */
const LINE_EVERY = 15_000

/** Plain lines on stderr, now and then. */
export function plainInstallView(out: Output): InstallView {
  const notes: string[] = []
  let about = ''
  let told = -Infinity
  const show = (event: InstallEvent): void => {
    if (event.kind === 'begins') return
    if (event.kind === 'note') notes.push(event.text)
    if (event.kind !== 'progress') {
      out.note(event.text)
      return
    }
    const topic = event.text.split(/[,:]/u, 1)[0]!
    const now = performance.now()
    if (topic === about && now - told < LINE_EVERY) return
    about = topic
    told = now
    out.note(`${event.title}: ${event.text}`)
  }
  return {show, notes, end: async () => undefined}
}

/** Steps that move, and are gone at the end; what is to be kept is printed then. */
export function movingInstallView(out: Output, titles: Readonly<Record<string, string>>): InstallView {
  const notes: string[] = []
  const kept: string[] = []
  let progress: Progress<string> | undefined
  const show = (event: InstallEvent): void => {
    if (event.kind === 'note') notes.push(event.text)
    if (event.kind === 'note' || event.kind === 'done') {
      kept.push(event.text)
      return
    }
    progress ??= showProgress(titles)
    if (event.kind === 'begins') progress.reach(event.bundle)
    else progress.say(event.bundle, event.text)
  }
  const end = async (): Promise<void> => {
    await progress?.finish('failed')
    out.note(...kept)
  }
  return {show, notes, end}
}
