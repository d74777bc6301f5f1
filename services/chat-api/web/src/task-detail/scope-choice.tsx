import type {Scope} from '../../../../contracts/scope.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {saveLabel, scopeNote} from '../recurrence-editor/save-label.ts'
import {shownDate} from '../recurrence-editor/shown-date.ts'
import {useNow} from '../tasks/use-now.ts'
import {Segments} from '../ui/chips.tsx'
import {useSeries} from './task-queries.ts'

const NAMES = {this: 'This one', following: 'This and later', all: 'All'} as const

/** How far a change of a series reaches. */
export function ScopeChoice({
  scopes,
  scope,
  note,
  onChange,
}: {
  scopes: readonly Scope[]
  scope: Scope
  note: string
  onChange: (scope: Scope) => void
}) {
  return (
    <div className="scope-choice">
      <Segments
        legend="Change"
        options={scopes.map((value) => ({value, label: NAMES[value]}))}
        value={scope}
        onChange={onChange}
      />
      {note !== '' && <p className="detail-quiet">{note}</p>}
    </div>
  )
}

/** The words of a scope for the series of a task. */
export function useReach(
  task: TaskResponse,
  zone: string,
): {readonly label: (scope: Scope) => string; readonly note: (scope: Scope) => string} {
  const {data: series} = useSeries(task)
  const now = useNow()
  const at = task.due_at ?? task.occurrence_at
  const from = at === null ? 'now' : shownDate(Date.parse(at), {zone, now, hasTime: task.due_has_time}).date
  const done = series?.statistics.done ?? 0
  return {label: (scope) => saveLabel(scope, {from}), note: (scope) => scopeNote(scope, {done})}
}
