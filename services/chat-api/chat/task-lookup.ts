import {type TaskResponse, taskListResponse} from '../../contracts/tasks.ts'
import {undoListResponse} from '../../contracts/undo.ts'
import type {ToolCaller} from '../tools/tool-caller.ts'

/** The tasks that words can mean; read, and not shown. */
export interface TaskLookup {
  /** `words`: of the title that is looked for, where there are too many to read them all. */
  open(words: string): Promise<readonly TaskResponse[]>
  done(words: string): Promise<readonly TaskResponse[]>
  /** Whether the last change of this task was that it was done. */
  wasJustCompleted(id: number): Promise<boolean>
}

const MOST = 1000

export function taskLookup(caller: ToolCaller): TaskLookup {
  const list = async (view: 'open' | 'done', words: string): Promise<readonly TaskResponse[]> => {
    const page = await caller.read(`/v1/tasks?view=${view}&limit=${MOST}`, taskListResponse)
    const word = longestWord(words)
    if (page.next_cursor === null || word === '') return page.tasks
    const search = new URLSearchParams({view, limit: String(MOST), search: word})
    const more = await caller.read(`/v1/tasks?${search.toString()}`, taskListResponse)
    const ids = new Set(page.tasks.map(({id}) => id))
    return [...page.tasks, ...more.tasks.filter(({id}) => !ids.has(id))]
  }
  return {
    open: async (words) => list('open', words),
    done: async (words) => list('done', words),
    wasJustCompleted: async (id) => {
      const {changes} = await caller.read(`/v1/undo?task_id=${id}`, undoListResponse)
      return changes[0]?.change === 'complete'
    },
  }
}

const longestWord = (text: string): string =>
  (text.match(/[\p{L}\p{N}]+/gu) ?? []).toSorted((a, b) => b.length - a.length)[0]?.slice(0, 100) ?? ''
