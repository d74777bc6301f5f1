import {Segments} from '../ui/chips.tsx'
import type {Ending} from './choices.ts'
import {dateText, DAY} from './local-day.ts'
import {Stepper} from './stepper.tsx'

const KINDS = [
  {value: 'never', label: 'Never'},
  {value: 'on', label: 'On a day'},
  {value: 'after', label: 'After'},
] as const

const YEAR = 365 * DAY

/** `start`: the first date, a local instant. */
export function EndingFields({
  ending,
  start,
  onChange,
}: {
  ending: Ending
  start: number
  onChange: (ending: Ending) => void
}) {
  const choose = (kind: Ending['kind']): void => {
    if (kind === 'never') onChange({kind})
    else onChange(kind === 'on' ? {kind, date: dateText(start + YEAR)} : {kind, count: 10})
  }
  return (
    <div className="ending">
      <Segments legend="Ends" options={KINDS} value={ending.kind} onChange={choose} />
      {ending.kind === 'on' && (
        <input
          className="field-input"
          type="date"
          aria-label="Last day"
          min={dateText(start)}
          value={ending.date}
          onChange={(event) => onChange({kind: 'on', date: event.target.value})}
        />
      )}
      {ending.kind === 'after' && (
        <Stepper
          label="After"
          unit={ending.count === 1 ? 'time, this one included' : 'times, this one included'}
          value={ending.count}
          most={9999}
          onChange={(count) => onChange({kind: 'after', count})}
        />
      )}
    </div>
  )
}
