import {useState} from 'react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {useQuestionBeforeLeaving} from '../shell/router.ts'
import {changeOfDraft, type Draft, draftOf, rebased} from './draft.ts'

/** What is typed about a task, while the task may change elsewhere; somebody who leaves with it is asked. */
export function useDraft(task: TaskResponse, zone: string) {
  const [base, setBase] = useState(task)
  const [draft, setDraft] = useState(() => draftOf(task, zone))
  const [problem, setProblem] = useState<unknown>(null)
  const [goOn, setGoOn] = useState<(() => void) | null>(null)
  const change = changeOfDraft(draft, base, zone)
  const isNewer = task.version !== base.version || task.updated_at !== base.updated_at
  const take = (newest: TaskResponse, typed = draftOf(newest, zone)): void => {
    setBase(newest)
    setDraft(typed)
    setProblem(null)
    setGoOn(null)
  }
  // Nothing is typed, or what is there already: what changed elsewhere is shown at once.
  if (isNewer && (change === null || changeOfDraft(draft, task, zone) === null)) take(task)
  // What was not saved has gone, or turned out to be saved.
  if (change === null && problem !== null) setProblem(null)
  useQuestionBeforeLeaving(change === null ? null : (leave) => setGoOn(() => leave))
  return {
    base,
    draft,
    /** Null when nothing is typed. */
    change,
    isNewer,
    /** Why it was not saved. */
    problem,
    /** Somebody wants to go. */
    isLeaving: goOn !== null,
    edit: (part: Partial<Draft>): void => setDraft({...draft, ...part}),
    keep: (): void => take(task, rebased(draft, base, task, zone)),
    stay: (why: unknown = null): void => {
      setGoOn(null)
      setProblem(why)
    },
    /** What is typed is saved or given up; whoever wanted to go goes. */
    settle: (newest: TaskResponse): void => {
      take(newest)
      goOn?.()
    },
  }
}
