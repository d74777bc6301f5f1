import {useSyncExternalStore} from 'react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'

/**
 * Rows that stay where they are for a moment while their task changes: struck after it was done, then with the next
 * occurrence in their place, or with what went wrong.
 */
export interface HeldRow {
  /** As it was: it says where the row stands. */
  readonly original: TaskResponse
  /** What the row shows now. */
  readonly shown: TaskResponse
  /** `closing`: struck; `next`: the date that follows, highlighted; `failed`: with `problem`. */
  readonly phase: 'closing' | 'next' | 'failed'
  /** What was done: `Done`, `Skipped`. */
  readonly verb: string
  readonly problem?: RowProblem
}

export interface RowProblem {
  readonly text: string
  readonly choices: readonly {readonly label: string; readonly run: () => void}[]
}

export type HeldRows = ReadonlyMap<number, HeldRow>

let rows: HeldRows = new Map()
const listeners = new Set<() => void>()

/** By the id of the task as it was. */
export function holdRow(id: number, row: HeldRow | undefined): void {
  const changed = new Map(rows)
  if (row) changed.set(id, row)
  else changed.delete(id)
  rows = changed
  for (const tell of listeners) tell()
}

export const heldRow = (id: number): HeldRow | undefined => rows.get(id)

export const useHeldRows = (): HeldRows =>
  useSyncExternalStore(
    (changed) => {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    () => rows,
  )
