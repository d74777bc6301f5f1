import {useEffect, useRef, useState} from 'react'
import type {Scope} from '../../../../contracts/scope.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {Button} from '../ui/button.tsx'
import type {TaskChange} from './draft.ts'
import {scopesOf} from './draft.ts'
import {saveTask} from './save-task.ts'
import {ScopeChoice, useReach} from './scope-choice.tsx'

export interface SaveBarProps {
  readonly task: TaskResponse
  readonly change: TaskChange
  readonly zone: string
  /** Somebody else changed it: that comes first. */
  readonly isBlocked: boolean
  /** Somebody wants to go, and this is not saved yet. */
  readonly isLeaving: boolean
  readonly onSaved: (task: TaskResponse) => void
  readonly onDiscard: () => void
  readonly onProblem: (error: unknown) => void
}

/** At the foot while something is typed; its button says how far the change reaches. */
export function SaveBar({task, change, zone, isBlocked, isLeaving, onSaved, onDiscard, onProblem}: SaveBarProps) {
  const scopes = scopesOf(change, task)
  const [wanted, setWanted] = useState<Scope | null>(null)
  const [isSaving, setSaving] = useState(false)
  const bar = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isLeaving) bar.current?.querySelector<HTMLElement>('.save-buttons button')?.focus()
  }, [isLeaving])
  const {label, note} = useReach(task, zone)
  const scope = scopes === null ? null : wanted !== null && scopes.includes(wanted) ? wanted : scopes[0]!
  const save = async (): Promise<void> => {
    setSaving(true)
    try {
      onSaved(await saveTask(task, {body: change, scope}))
    } catch (error) {
      onProblem(error)
    } finally {
      setSaving(false)
    }
  }
  return (
    <section className="save-bar" aria-label="What you changed" ref={bar}>
      {isLeaving && <p role="alert">What you changed is not saved yet.</p>}
      {scopes !== null && scope !== null && (
        <ScopeChoice scopes={scopes} scope={scope} note={note(scope)} onChange={setWanted} />
      )}
      <div className="detail-row save-buttons">
        <Button look="quiet" onPress={onDiscard}>
          {isLeaving ? 'Discard and close' : 'Discard'}
        </Button>
        <Button
          look="act"
          isDisabled={isSaving || isBlocked || change.title?.trim() === ''}
          onPress={() => void save()}
        >
          {scope === null ? 'Save' : label(scope)}
        </Button>
      </div>
    </section>
  )
}
