import {useState} from 'react'
import type {SeriesResponse, TaskHistoryResponse} from '../../../../contracts/history.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {sentenceOf} from '../api/api-error.ts'
import {dateInWords} from '../recurrence-editor/shown-date.ts'
import {Link} from '../shell/link.tsx'
import {useNow} from '../tasks/use-now.ts'
import {useHistory, useSeries} from './task-queries.ts'

/** What happened to the task and its reminders, and the past ones of its series; read when it is opened. */
export function HistorySection({task, zone}: {task: TaskResponse; zone: string}) {
  const [isShown, setShown] = useState(false)
  const history = useHistory(task.id, isShown)
  const {data: series} = useSeries(task)
  return (
    <details className="history" onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>History</summary>
      {history.error && <p className="detail-problem">{sentenceOf(history.error)}</p>}
      {history.data && <Entries history={history.data} zone={zone} />}
      {series && <Past series={series} task={task} zone={zone} />}
    </details>
  )
}

function Entries({history: {verdicts, entries}, zone}: {history: TaskHistoryResponse; zone: string}) {
  const view = {zone, now: useNow(), hasTime: true}
  return (
    <>
      {verdicts.map((verdict) => (
        <p key={verdict} className="verdict">
          {verdict}
        </p>
      ))}
      <ol className="history-entries">
        {entries.map(({at, text}, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- entries are only ever added at the end
          <li key={place}>
            <time className="detail-quiet" dateTime={at}>
              {dateInWords(Date.parse(at), view)}
            </time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

function Past({series, task, zone}: {series: SeriesResponse; task: TaskResponse; zone: string}) {
  const now = useNow()
  const past = series.occurrences.filter(({task_id: id}) => id !== task.id)
  if (past.length === 0) return null
  const view = {zone, now, hasTime: task.due_has_time}
  return (
    <>
      <h2 className="history-head">Others of the series</h2>
      <ul className="history-entries">
        {past.map(({task_id: id, occurrence_at: at, due_at: due, state, late_seconds: late}) => (
          <li key={id}>
            <Link href={`/tasks/${id}`}>
              <time dateTime={at}>{dateInWords(Date.parse(due ?? at), view)}</time>
            </Link>
            <span className="detail-quiet">
              {state}
              {late !== null && late >= 3600
                ? `, ${late >= 86_400 ? `${Math.floor(late / 86_400)} d` : `${Math.floor(late / 3600)} h`} late`
                : ''}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
