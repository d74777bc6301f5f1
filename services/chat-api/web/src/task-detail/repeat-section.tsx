import {Repeat} from 'lucide-react'
import {useState} from 'react'
import type {SeriesResponse} from '../../../../contracts/history.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {formatInstant} from '../../../../contracts/instant.ts'
import {movedByClocks} from '../recurrence-editor/moved-by-clocks.ts'
import {dateInWords} from '../recurrence-editor/shown-date.ts'
import {Link} from '../shell/link.tsx'
import {useHash} from '../shell/router.ts'
import {ruleWords} from '../time/rule-words.ts'
import {Button} from '../ui/button.tsx'
import {notify} from '../ui/notices.ts'
import {sentenceOf} from '../api/api-error.ts'
import {BeatLine} from '../tasks/beat-line.tsx'
import {beatWords} from '../tasks/beats.ts'
import {useNow} from '../tasks/use-now.ts'
import {isOpen} from './draft.ts'
import {RepeatDialog} from './repeat-dialog.tsx'
import {saveTask} from './save-task.ts'
import {useSeries} from './task-queries.ts'

/** How it repeats, how that went, and the way to change it. */
export function RepeatSection({task, zone}: {task: TaskResponse; zone: string}) {
  const [isEditing, setEditing] = useState(false)
  const {data: series} = useSeries(task)
  const open = isOpen(task)
  useHash('repeat', () => setEditing(open))
  const words = ruleWords(task, zone)
  if (!open && !series) return null
  return (
    <div className="detail-part">
      <span className="field-label">Repeats</span>
      <div className="detail-row">
        <span className="repeat-words">
          {words === '' ? 'Never' : `${words[0]!.toUpperCase()}${words.slice(1)}`}
          {series?.anchor === 'completion' && ', counted from when you finish'}
        </span>
        {open && (
          <Button onPress={() => setEditing(true)}>
            <Repeat className="icon" aria-hidden /> Change
          </Button>
        )}
      </div>
      {series && <Life series={series} task={task} zone={zone} />}
      {isEditing && (series || task.series_id === null) && (
        <RepeatDialog task={task} series={series ?? null} zone={zone} onClose={() => setEditing(false)} />
      )}
    </div>
  )
}

function Life({series, task, zone}: {series: SeriesResponse; task: TaskResponse; zone: string}) {
  const now = useNow()
  const view = {zone, now, hasTime: task.due_has_time}
  const current = series.occurrences.find(({state}) => state === 'open')
  return (
    <>
      <div className="beat-line">
        <BeatLine task={task} zone={zone} />
        <span className="detail-quiet figures" aria-hidden>
          {beatWords(series, zone, now)}
        </span>
      </div>
      {current && current.task_id !== task.id && (
        <p>
          Open now:{' '}
          <Link href={`/tasks/${current.task_id}`}>
            {dateInWords(Date.parse(current.due_at ?? current.occurrence_at), view)}
          </Link>
        </p>
      )}
      {isOpen(task) && task.due_has_time && <MovedTime series={series} task={task} zone={zone} />}
    </>
  )
}

/** The clocks changed under the series: it can have its time of day back, in one press. */
function MovedTime({series, task, zone}: {series: SeriesResponse; task: TaskResponse; zone: string}) {
  const moved = movedByClocks(series, zone)
  if (!moved) return null
  const keep = async (): Promise<void> => {
    try {
      const body = {due_at: formatInstant(new Date(moved.dueAtAsBefore)), due_has_time: true}
      await saveTask(task, {body, scope: 'following'})
    } catch (error) {
      notify(sentenceOf(error))
    }
  }
  return (
    <div className="detail-note detail-row">
      <span>
        The clocks changed: it was at {moved.was}, now it is at {moved.is}.
      </span>
      <Button onPress={() => void keep()}>Keep {moved.was}</Button>
    </div>
  )
}
