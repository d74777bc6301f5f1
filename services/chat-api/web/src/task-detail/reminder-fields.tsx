import {Bell, Plus, X} from 'lucide-react'
import {useState} from 'react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {readDuration} from '../../../../domain/dates/duration.ts'
import {useChannelsSetUp} from '../api/channels.ts'
import {Button, IconButton} from '../ui/button.tsx'
import {SelectField, TextField} from '../ui/field.tsx'
import type {Draft} from './draft.ts'
import {type DraftReminder, offsetInWords, usualOffsets, withReminder} from './draft-reminders.ts'
import {channelsOf, waysOf} from './reminder-ways.ts'

const OTHER = 'other'

/** When, by which way, and how often to be reminded. */
export function ReminderFields({
  task,
  draft,
  onChange,
}: {
  task: TaskResponse
  draft: Draft
  onChange: (reminders: readonly DraftReminder[]) => void
}) {
  const {reminders} = draft
  const hasTime = draft.time !== ''
  if (draft.date === '')
    return (
      <div className="detail-part">
        <span className="field-label">Reminders</span>
        <p className="detail-quiet">A task without a due date has none. Snooze it to be reminded.</p>
      </div>
    )
  const replace = (place: number, reminder: DraftReminder): void => onChange(reminders.with(place, reminder))
  return (
    <fieldset className="detail-part">
      <legend className="field-label">Reminders</legend>
      {reminders.length > 0 && (
        <ul className="reminders">
          {reminders.map((reminder, place) => (
            <li key={reminder.offset_seconds} className="reminder">
              <Bell className="icon" aria-hidden />
              <span className="reminder-when">{offsetInWords(reminder.offset_seconds, hasTime)}</span>
              <Ways reminder={reminder} onChange={(changed) => replace(place, changed)} />
              <IconButton
                icon={X}
                label={`Remove ${offsetInWords(reminder.offset_seconds, hasTime)}`}
                onPress={() => onChange(reminders.toSpliced(place, 1))}
              />
            </li>
          ))}
        </ul>
      )}
      <SnoozedUntil task={task} />
      {reminders.length < 10 && <AddReminder hasTime={hasTime} reminders={reminders} onChange={onChange} />}
    </fieldset>
  )
}

const NAGS = [
  {value: '0', label: 'once'},
  {value: '600', label: 'every 10 min'},
  {value: '3600', label: 'every hour'},
] as const

function Ways({reminder, onChange}: {reminder: DraftReminder; onChange: (reminder: DraftReminder) => void}) {
  const {offset_seconds, channels, nag_every_seconds: nag} = reminder
  const make = (ways: readonly string[] | undefined, every: number | undefined): DraftReminder => ({
    offset_seconds,
    ...(ways && {channels: ways}),
    ...(every && {nag_every_seconds: every}),
  })
  const setUp = useChannelsSetUp()
  const known = NAGS.some(({value}) => value === String(nag ?? 0))
  return (
    <span className="reminder-ways">
      <select
        aria-label="By which way"
        value={channels?.join() ?? ''}
        onChange={(event) => onChange(make(channelsOf(event.target.value), nag))}
      >
        {waysOf(setUp, channels).map(({value, label}) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <select
        aria-label="How often, until it is done"
        value={String(nag ?? 0)}
        onChange={(event) => onChange(make(channels, Number(event.target.value)))}
      >
        {NAGS.map(({value, label}) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        {!known && <option value={String(nag)}>every {Math.round(nag! / 60)} min</option>}
      </select>
    </span>
  )
}

/** A snooze is a reminder of its own time. */
function SnoozedUntil({task}: {task: TaskResponse}) {
  const own = task.reminders.find(({offset_seconds: offset, state}) => offset === null && state === 'scheduled')
  return own ? <p className="detail-quiet">Snoozed: you will be reminded later once.</p> : null
}

function AddReminder({
  hasTime,
  reminders,
  onChange,
}: {
  hasTime: boolean
  reminders: readonly DraftReminder[]
  onChange: (reminders: readonly DraftReminder[]) => void
}) {
  const [other, setOther] = useState<string | null>(null)
  const seconds = other === null ? undefined : readDuration(other)
  const choose = (value: string): void => {
    if (value === OTHER) setOther('')
    else if (value !== '') onChange(withReminder(reminders, Number(value)))
  }
  if (other !== null)
    return (
      <div className="detail-row detail-row-end">
        <TextField
          label="How long before"
          value={other}
          placeholder="45m, 2h, 3d"
          error={other.trim() === '' || seconds !== undefined ? undefined : 'Write it as 45m, 2h or 3d.'}
          onChange={setOther}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was asked for by the choice before it
          autoFocus
        />
        <Button
          isDisabled={seconds === undefined}
          onPress={() => {
            onChange(withReminder(reminders, seconds!))
            setOther(null)
          }}
        >
          <Plus className="icon" aria-hidden /> Add
        </Button>
        <Button look="quiet" onPress={() => setOther(null)}>
          Cancel
        </Button>
      </div>
    )
  const left = usualOffsets(hasTime).filter((offset) =>
    reminders.every((reminder) => reminder.offset_seconds !== offset),
  )
  return (
    <SelectField
      label="Add a reminder"
      value=""
      options={[
        {value: '', label: 'Choose when…'},
        ...left.map((offset) => ({value: String(offset), label: offsetInWords(offset, hasTime)})),
        {value: OTHER, label: 'another time…'},
      ]}
      onChange={choose}
    />
  )
}
