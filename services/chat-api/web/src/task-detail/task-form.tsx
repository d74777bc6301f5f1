import {Trash2, X} from 'lucide-react'
import {useState} from 'react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {ApiError} from '../api/api-error.ts'
import {useZone} from '../api/profile.ts'
import {leaveWithoutQuestion} from '../shell/router.ts'
import {changedMeanwhile} from '../tasks/changed-meanwhile.ts'
import {useNow} from '../tasks/use-now.ts'
import {Button, IconButton} from '../ui/button.tsx'
import {Segments} from '../ui/chips.tsx'
import {TextField} from '../ui/field.tsx'
import {DeleteDialog} from './delete-dialog.tsx'
import {isOpen} from './draft.ts'
import {DueFields} from './due-fields.tsx'
import {HistorySection} from './history-section.tsx'
import {leavePane} from './leave-pane.ts'
import {ReminderFields} from './reminder-fields.tsx'
import {RepeatSection} from './repeat-section.tsx'
import {SaveBar} from './save-bar.tsx'
import {sentenceOfSave} from './save-task.ts'
import {TaskActions} from './task-actions-row.tsx'
import {useDraft} from './use-draft.ts'

/** Everything of one task, to look at and to change; what is typed is sent by the bar at the foot. */
export function TaskForm({task}: {task: TaskResponse}) {
  const zone = useZone()
  const now = useNow()
  const {base, draft, change, isNewer, problem, isLeaving, edit, keep, stay, settle} = useDraft(task, zone)
  const [isDeleting, setDeleting] = useState(false)
  const open = isOpen(task)
  return (
    <article className="detail" aria-label={task.title}>
      <div className="detail-bar">
        <IconButton icon={X} label="Close" onPress={leavePane} />
        <span className="detail-state">{stateOf(task)}</span>
        <IconButton icon={Trash2} label="Delete" onPress={() => setDeleting(true)} />
      </div>
      <div className="detail-body">
        <Title value={draft.title} onChange={(title) => edit({title})} />
        {open && <TaskActions task={task} />}
        {isNewer && change !== null && (
          <Conflict text={changedMeanwhile(base, task, zone, now)} onKeep={keep} onTake={() => settle(task)} />
        )}
        {open && <DueFields draft={draft} zone={zone} onChange={edit} />}
        <RepeatSection task={task} zone={zone} />
        {open && <ReminderFields task={task} draft={draft} onChange={(reminders) => edit({reminders})} />}
        <Segments
          legend="Priority"
          options={PRIORITIES}
          value={draft.priority}
          onChange={(priority) => edit({priority})}
        />
        <TextField label="Tags" value={draft.tags} placeholder="home ops" onChange={(tags) => edit({tags})} />
        <TextField label="Note" rows={4} value={draft.note} onChange={(note) => edit({note})} />
        <HistorySection task={task} zone={zone} />
      </div>
      {problem !== null && (
        <p className="detail-problem" role="alert">
          {sentenceOfSave(problem)}
        </p>
      )}
      {change !== null && (
        <SaveBar
          task={base}
          change={change}
          zone={zone}
          isBlocked={isNewer}
          isLeaving={isLeaving}
          onStay={() => stay()}
          onSaved={settle}
          onDiscard={() => settle(task)}
          // What was changed meanwhile is shown by the line about it.
          onProblem={(error) => stay(error instanceof ApiError && error.status === 412 ? null : error)}
        />
      )}
      <DeleteDialog
        task={task}
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        onDeleted={() => {
          leaveWithoutQuestion()
          leavePane()
        }}
      />
    </article>
  )
}

const PRIORITIES = [
  {value: 0, label: 'None'},
  {value: 1, label: 'Low'},
  {value: 2, label: 'Medium'},
  {value: 3, label: 'High'},
] as const

function stateOf(task: TaskResponse): string {
  if (task.completed_at !== null) return 'Done'
  if (task.skipped_at !== null) return 'Skipped'
  return ''
}

/** As many lines as it needs; Enter ends it, since a title has one. */
function Title({value, onChange}: {value: string; onChange: (title: string) => void}) {
  return (
    <h1 className="detail-heading">
      <textarea
        ref={fitted}
        className="detail-title"
        aria-label="Title"
        rows={1}
        maxLength={500}
        dir="auto"
        value={value}
        onChange={(event) => {
          onChange(event.target.value.replaceAll('\n', ' '))
          fit(event.target)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.preventDefault()
        }}
      />
    </h1>
  )
}

const fitted = (field: HTMLTextAreaElement | null): void => {
  if (field) fit(field)
}

function fit(field: HTMLTextAreaElement): void {
  field.style.height = 'auto'
  field.style.height = `${field.scrollHeight}px`
}

function Conflict({text, onKeep, onTake}: {text: string; onKeep: () => void; onTake: () => void}) {
  return (
    <div className="detail-note" role="alert">
      <p>Changed in another window: {text}.</p>
      <div className="detail-row">
        <Button onPress={onKeep}>Keep mine</Button>
        <Button onPress={onTake}>Take theirs</Button>
      </div>
    </div>
  )
}
