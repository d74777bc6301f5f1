import './filters.css'
import {Search, X} from 'lucide-react'
import {useEffect, useRef, useState} from 'react'
import {IconButton} from '../ui/button.tsx'
import {type Filter, VIEWS} from './filter.ts'

export interface FiltersProps {
  readonly query: Filter
  readonly onChange: (changes: Partial<Filter>) => void
}

/** A key that is pressed in a word is no search yet, ms. */
const TYPING_MS = 200

export function Filters({query, onChange}: FiltersProps) {
  return (
    <search className="filters">
      <SearchBox query={query} onChange={onChange} />
      <select
        aria-label="Show"
        value={query.view}
        onChange={(event) => onChange({view: event.target.value as Filter['view']})}
      >
        {VIEWS.map(({value, label}) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <select
        aria-label="Priority"
        value={query.priority ?? ''}
        onChange={(event) => onChange({priority: event.target.value === '' ? undefined : Number(event.target.value)})}
      >
        <option value="">Any priority</option>
        <option value="3">High</option>
        <option value="2">Medium</option>
        <option value="1">Low</option>
        <option value="0">None</option>
      </select>
      {query.tag !== undefined && (
        <span className="filter-tag">
          #{query.tag}
          <IconButton icon={X} label={`All tags, not only ${query.tag}`} onPress={() => onChange({tag: undefined})} />
        </span>
      )}
    </search>
  )
}

function SearchBox({query, onChange}: FiltersProps) {
  const [text, setText] = useState(query.search ?? '')
  const [known, setKnown] = useState(query.search)
  // Changed elsewhere, as by Show all: the box follows. What was typed here is there already.
  if (query.search !== known) {
    setKnown(query.search)
    if ((query.search ?? '') !== text.trim()) setText(query.search ?? '')
  }
  const latest = useRef(onChange)
  useEffect(() => {
    latest.current = onChange
  })
  useEffect(() => {
    const timer = setTimeout(() => {
      const wanted = text.trim() === '' ? undefined : text.trim()
      if (wanted !== query.search) latest.current({search: wanted})
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text, query.search])
  return (
    <label className="filter-search">
      <Search className="icon" aria-hidden />
      <input
        id="search"
        type="search"
        aria-label="Search"
        placeholder="Search"
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  )
}
