import {useMemo, useState} from 'react'
import {useZone} from '../api/profile.ts'
import {longDay, startOfDay} from '../time/day-words.ts'
import {Button} from '../ui/button.tsx'
import {CameDueBand} from './came-due-band.tsx'
import {comingOf} from './coming.ts'
import {DidYouMean} from './meant.tsx'
import {Filters} from './filters.tsx'
import {ListState} from './list-state.tsx'
import {QuickAdd} from './quick-add.tsx'
import {TaskList} from './task-list.tsx'
import type {ListQuery} from './task-order.ts'
import {useFilters} from './use-filters.ts'
import {useNow} from './use-now.ts'
import {useTaskList} from './use-task-list.ts'

const EXAMPLES = [
  'Water the plants every mon at 7am',
  'Pay rent on the 1st of every month',
  'Call the dentist tomorrow at 10:00',
]
const UPCOMING_DAYS = 14

const instant = (at: number): string => new Date(at).toISOString()

/** Instants between days in the zone: numbers, which stay the same until midnight. */
function useDays(zone: string): {readonly now: number; readonly tomorrow: number; readonly horizon: number} {
  const now = useNow()
  return {now, tomorrow: startOfDay(now, zone, 1), horizon: startOfDay(now, zone, UPCOMING_DAYS + 1)}
}

export function TodayPage() {
  const zone = useZone()
  const {now, tomorrow} = useDays(zone)
  const [text, setText] = useState('')
  const query = useMemo<ListQuery>(() => ({view: 'open', due_until: instant(tomorrow)}), [tomorrow])
  const list = useTaskList(query)
  return (
    <div className="page">
      <header className="page-head">
        <h1>Today</h1>
        <p className="page-date figures">{longDay(now, zone)}</p>
      </header>
      <QuickAdd zone={zone} text={text} onText={setText} />
      <CameDueBand zone={zone} />
      <ListState list={list}>
        <TaskList
          list={list}
          view="open"
          zone={zone}
          label="Tasks until today"
          empty={
            <>
              <p>Nothing due today.</p>
              {text === '' && <Examples onChoice={setText} />}
            </>
          }
        />
      </ListState>
    </div>
  )
}

/** They fill the box and send nothing. */
function Examples({onChoice}: {readonly onChoice: (text: string) => void}) {
  return (
    <ul className="examples">
      {EXAMPLES.map((example) => (
        <li key={example}>
          <Button
            className="chip"
            onPress={() => {
              onChoice(example)
              document.querySelector<HTMLElement>('#quick-add')?.focus()
            }}
          >
            {example}
          </Button>
        </li>
      ))}
    </ul>
  )
}

export function UpcomingPage() {
  const zone = useZone()
  const {tomorrow, horizon} = useDays(zone)
  const [text, setText] = useState('')
  const list = useTaskList(
    useMemo<ListQuery>(
      () => ({view: 'open', due_from: instant(tomorrow), due_until: instant(horizon)}),
      [tomorrow, horizon],
    ),
  )
  const series = useTaskList(useMemo<ListQuery>(() => ({view: 'recurring', due_until: instant(horizon)}), [horizon]))
  const coming = useMemo(
    () => comingOf(series.tasks, {from: tomorrow, until: horizon}),
    [series.tasks, tomorrow, horizon],
  )
  return (
    <div className="page">
      <header className="page-head">
        <h1>Upcoming</h1>
        <p className="page-date">The next {UPCOMING_DAYS} days</p>
      </header>
      <QuickAdd zone={zone} text={text} onText={setText} />
      <ListState list={list}>
        <TaskList
          list={list}
          view="open"
          zone={zone}
          coming={coming}
          label="Tasks of the next days"
          empty={<p>Nothing in the next {UPCOMING_DAYS} days.</p>}
        />
      </ListState>
    </div>
  )
}

export function AllPage() {
  const zone = useZone()
  const [text, setText] = useState('')
  const {query, change, isFiltered} = useFilters()
  const list = useTaskList(query)
  return (
    <div className="page">
      <header className="page-head">
        <h1>All tasks</h1>
      </header>
      <QuickAdd zone={zone} text={text} onText={setText} />
      <Filters query={query} onChange={change} />
      <ListState list={list}>
        <TaskList
          list={list}
          view={query.view}
          zone={zone}
          label="Tasks"
          empty={
            isFiltered ? (
              <>
                <p>
                  {query.search === undefined ? 'No task is like that.' : `No task matches ${query.search}.`}{' '}
                  <DidYouMean query={query} onChoice={(search) => change({search})} />
                </p>
                <Button onPress={() => change({search: undefined, tag: undefined, priority: undefined})}>
                  Show all
                </Button>
              </>
            ) : (
              <p>{query.view === 'open' ? 'Nothing is open. Add what is to be done above.' : 'Nothing here yet.'}</p>
            )
          }
        />
      </ListState>
    </div>
  )
}
