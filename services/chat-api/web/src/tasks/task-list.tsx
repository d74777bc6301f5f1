import './task-list.css'
import {type Range, defaultRangeExtractor, useWindowVirtualizer} from '@tanstack/react-virtual'
import {type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState} from 'react'
import {Link} from '../shell/link.tsx'
import {clockTime} from '../time/day-words.ts'
import {useHeldRows} from './held-rows.ts'
import {type Coming, type Item, itemsOf} from './sections.ts'
import {TaskRow} from './task-row.tsx'
import type {ListQuery} from './task-order.ts'
import {useNow} from './use-now.ts'
import {type useTaskList, useWaitingTasks} from './use-task-list.ts'
import {useKeptFocus} from './use-kept-focus.ts'

export interface TaskListProps {
  readonly list: ReturnType<typeof useTaskList>
  readonly view: ListQuery['view']
  readonly zone: string
  readonly coming?: readonly Coming[]
  readonly label: string
  /** When there is nothing. */
  readonly empty: ReactNode
}

const HEIGHTS = {head: 52, task: 57, now: 21, coming: 41} as const
const NONE: readonly Coming[] = []

/** Rows by section, of which only those in sight are in the document: ten thousand scroll as ten do. */
export function TaskList({list, view, zone, coming = NONE, label, empty}: TaskListProps) {
  const held = useHeldRows()
  const waiting = useWaitingTasks()
  const now = useNow()
  const {tasks, hasNextPage, isFetchingNextPage, fetchNextPage} = list
  const items = useMemo(() => itemsOf({tasks, held, coming, view, zone, now}), [tasks, held, coming, view, zone, now])
  const count = useMemo(() => items.filter(({kind}) => kind === 'task').length, [items])
  const place = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop(place.current?.offsetTop ?? 0), [])
  const focus = useKeptFocus(place)
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: (index) => HEIGHTS[items[index]!.kind],
    getItemKey: (index) => items[index]!.key,
    overscan: 8,
    scrollMargin: top,
    scrollPaddingStart: 80,
    scrollPaddingEnd: 120,
    // Whoever has the focus stays in the document, wherever it is scrolled to.
    rangeExtractor: (range: Range) => withFocused(range, focus.index),
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= items.length - 30) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, last, items.length, fetchNextPage])

  if (items.length === 0) return <div className="list-empty">{empty}</div>
  const head = headAbove(items, rows.range?.startIndex ?? 0)
  return (
    <div>
      {/* What stands in the list already, for the eye. */}
      <div className="list-above" aria-hidden>
        {head && <Head item={head} />}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it only notes where the focus is */}
      <ul
        className="list"
        ref={place}
        aria-label={label}
        style={{height: rows.getTotalSize()}}
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
      >
        {shown.map(({index, key, start}) => {
          const item = items[index]!
          const size =
            item.kind === 'task' ? {'aria-setsize': hasNextPage ? -1 : count, 'aria-posinset': item.place} : {}
          return (
            <li
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className="list-item"
              style={{transform: `translateY(${start - rows.options.scrollMargin}px)`}}
              {...size}
            >
              <Line item={item} zone={zone} now={now} waiting={waiting} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** The head under which the first line in sight stands, when it is out of sight itself. */
function headAbove(items: readonly Item[], first: number): Head | undefined {
  if (items[first]?.kind === 'head') return undefined
  const head = items.slice(0, first).findLast(({kind}) => kind === 'head')
  return head as Head | undefined
}

type Head = Item & {kind: 'head'}

const Head = ({item}: {readonly item: Head}) => (
  <h2 className={item.tone === 'late' ? 'list-head list-head-late' : 'list-head'}>
    {item.name}
    {item.detail !== '' && <span className="list-head-detail figures">{item.detail}</span>}
  </h2>
)

function withFocused(range: Range, focused: number | undefined): number[] {
  const shown = defaultRangeExtractor(range)
  if (focused === undefined || focused >= range.count || shown.includes(focused)) return shown
  return [...shown, focused].sort((a, b) => a - b)
}

interface LineProps {
  readonly item: Item
  readonly zone: string
  readonly now: number
  readonly waiting: ReadonlySet<number>
}

function Line({item, zone, now, waiting}: LineProps) {
  switch (item.kind) {
    case 'head':
      return <Head item={item} />
    case 'now':
      return (
        <p className="list-now">
          <time className="list-now-time">{item.time}</time>
          <span className="visually-hidden">is now; what follows is to come</span>
        </p>
      )
    case 'coming':
      return (
        <p className="list-coming">
          {item.task.due_has_time && <time className="list-coming-time">{clockTime(item.at, zone)}</time>}
          <Link href={`/tasks/${item.task.id}`} dir="auto">
            {item.task.title}
          </Link>
          <span className="visually-hidden">, will repeat</span>
        </p>
      )
    case 'task':
      return (
        <TaskRow
          task={item.task}
          isDaySaid={item.isDaySaid}
          held={item.held}
          zone={zone}
          now={now}
          isWaiting={waiting.has(item.held?.original.id ?? item.task.id)}
        />
      )
  }
}
