import {Check, ChevronDown, SkipForward} from 'lucide-react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {closeTask, snoozeTask} from '../tasks/task-actions.ts'
import {Button} from '../ui/button.tsx'
import {Menu} from '../ui/menu.tsx'

const SNOOZES = [
  [600, '10 minutes'],
  [3600, '1 hour'],
  [10_800, '3 hours'],
  [86_400, '1 day'],
  [604_800, '1 week'],
] as const

const snoozes = (task: TaskResponse) =>
  SNOOZES.map(([seconds, label]) => ({
    id: String(seconds),
    label,
    run: () => void snoozeTask(task, seconds, label),
  }))

/** What is done with an open task. */
export function TaskActions({task}: {task: TaskResponse}) {
  return (
    <div className="detail-row">
      <Button look="act" onPress={() => void closeTask(task, 'complete')}>
        <Check className="icon" aria-hidden /> Done
      </Button>
      {task.series_id !== null && (
        <Button onPress={() => void closeTask(task, 'skip')}>
          <SkipForward className="icon" aria-hidden /> Skip
        </Button>
      )}
      <Menu label="Remind me again in" actions={snoozes(task)}>
        <Button>
          Snooze <ChevronDown className="icon" aria-hidden />
        </Button>
      </Menu>
    </div>
  )
}
