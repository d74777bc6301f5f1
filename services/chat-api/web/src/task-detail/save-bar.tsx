import {useState} from 'react'
import type {Scope} from '../../../../contracts/scope.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {Button} from '../ui/button.tsx'
import type {TaskChange} from './draft.ts'
import {scopesOf} from './draft.ts'
import {LeaveDialog} from './leave-dialog.tsx'
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
  readonly onStay: () => void
  readonly onSaved: (task: TaskResponse) => void
  readonly onDiscard: () => void
  readonly onProblem: (error: unknown) => void
}

/** At the foot while something is typed; its button says how far the change reaches. */
export function SaveBar({task, change, zone, isBlocked, isLeaving, ...on}: SaveBarProps) {
  const scopes = scopesOf(change, task)
  const [wanted, setWanted] = useState<Scope | null>(null)
  const [isSaving, setSaving] = useState(false)
  const {label, note} = useReach(task, zone)
  const scope = scopes === null ? null : wanted !== null && scopes.includes(wanted) ? wanted : scopes[0]!
  const save = async (): Promise<void> => {
    setSaving(true)
    try {
      on.onSaved(await saveTask(task, {body: change, scope}))
    } catch (error) {
      on.onProblem(error)
    } finally {
      setSaving(false)
    }
  }
  const saveLabel = scope === null ? 'Save' : label(scope)
  const canSave = !isSaving && !isBlocked && change.title?.trim() !== ''
  const reach = scopes !== null && scope !== null && (
    <ScopeChoice scopes={scopes} scope={scope} note={note(scope)} onChange={setWanted} />
  )
  return (
    <section className="save-bar" aria-label="What you changed">
      {reach}
      <div className="detail-row save-buttons">
        <Button look="quiet" onPress={on.onDiscard}>
          Discard
        </Button>
        <Button look="act" isDisabled={!canSave} onPress={() => void save()}>
          {saveLabel}
        </Button>
      </div>
      {isLeaving && (
        <LeaveDialog
          title={task.title}
          saveLabel={saveLabel}
          canSave={canSave}
          onSave={() => void save()}
          onDiscard={on.onDiscard}
          onStay={on.onStay}
        >
          {isBlocked ? <p>It was changed in another window: keep editing to see what is different.</p> : reach}
        </LeaveDialog>
      )}
    </section>
  )
}
