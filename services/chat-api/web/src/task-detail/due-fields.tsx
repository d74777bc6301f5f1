import {X} from 'lucide-react'
import {useRef} from 'react'
import {useHash} from '../shell/router.ts'
import {IconButton} from '../ui/button.tsx'
import {useNow} from '../tasks/use-now.ts'
import {dueDate, dueWords} from '../time/day-words.ts'
import {type Draft, dueOfDraft} from './draft.ts'

/** The due date, typed on the clock of the account. */
export function DueFields({
  draft,
  zone,
  onChange,
}: {
  draft: Draft
  zone: string
  onChange: (part: Partial<Draft>) => void
}) {
  const now = useNow()
  const date = useRef<HTMLInputElement>(null)
  useHash('due', () => date.current?.focus())
  const at = dueOfDraft(draft, zone)
  return (
    <fieldset className="detail-part">
      <legend className="field-label">Due</legend>
      <div className="due-row">
        <input
          ref={date}
          className="field-input due-date figures"
          type="date"
          aria-label="Date"
          value={draft.date}
          onChange={(event) => onChange({date: event.target.value, ...(event.target.value === '' && {time: ''})})}
        />
        <input
          className="field-input due-time figures"
          type="time"
          aria-label="Time"
          disabled={draft.date === ''}
          value={draft.time}
          onChange={(event) => onChange({time: event.target.value})}
        />
        {draft.date !== '' && (
          <IconButton icon={X} label="Remove the due date" onPress={() => onChange({date: '', time: ''})} />
        )}
      </div>
      <p className="detail-quiet figures">{inWords({at, hasTime: draft.time !== ''}, zone, now)}</p>
    </fieldset>
  )
}

function inWords({at, hasTime}: {at: number | null; hasTime: boolean}, zone: string, now: number): string {
  if (at === null) return 'No due date: it stands under Someday.'
  const {text, isLate} = dueWords({at, hasTime}, zone, now)
  return `${isLate ? text : dueDate({at, hasTime}, zone, now)}, ${zone.replaceAll('_', ' ')}`
}
