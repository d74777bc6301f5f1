import './editor.css'
import {useState} from 'react'
import {InvalidRecurrence} from '../../../../domain/recurrence/index.ts'
import {ChipChecks, ChipRadios, Segments} from '../ui/chips.tsx'
import {type Choices, choicesOfSentence, type PatternName} from './choices.ts'
import {EndingFields} from './ending-fields.tsx'
import {monthlyOptions} from './monthly-options.ts'
import {NextDates} from './next-dates.tsx'
import {type Fault, type Outcome, type Setting, startOf} from './outcome.ts'
import {RuleText} from './rule-text.tsx'
import {Stepper} from './stepper.tsx'
import {textForCustom} from './text-for-custom.ts'

export interface EditorProps {
  readonly choices: Choices
  readonly setting: Setting
  readonly outcome: Outcome | Fault
  readonly onChange: (choices: Choices) => void
}

/** Simple choices first, the full rule behind "Custom"; beside them what they lead to. */
export function RecurrenceEditor(props: EditorProps) {
  const {choices, setting, outcome, onChange} = props
  const change = (part: Partial<Choices>): void => onChange({...choices, ...part})
  const choose = (pattern: PatternName): void =>
    change(pattern === 'custom' ? {pattern, text: textForCustom(choices, startOf(setting))} : {pattern})
  return (
    <div className="editor">
      <div className="editor-choices">
        <Sentence {...props} />
        <ChipRadios legend="Repeats" isBare options={CHIPS} value={choices.pattern} onChange={choose} />
        <PatternFields {...props} />
        {choices.pattern !== 'never' && choices.pattern !== 'custom' && (
          <EndingFields ending={choices.ending} start={startOf(setting)} onChange={(ending) => change({ending})} />
        )}
        {choices.pattern !== 'never' && <Questions choices={choices} onChange={change} />}
        {!outcome.ok && choices.pattern !== 'custom' && (
          <p className="rule-fault" role="alert">
            {outcome.message}: {outcome.hint}
          </p>
        )}
      </div>
      <div className="editor-dates" aria-live="polite">
        {outcome.ok ? (
          <NextDates outcome={outcome} setting={setting} fromCompletion={choices.anchor === 'completion'} />
        ) : (
          <p className="editor-quiet">The dates follow when the rule can be read.</p>
        )}
      </div>
    </div>
  )
}

const CHIPS = [
  {value: 'never', label: 'Never'},
  {value: 'daily', label: 'Daily'},
  {value: 'weekdays', label: 'Weekdays'},
  {value: 'weekly', label: 'Weekly'},
  {value: 'monthly', label: 'Monthly'},
  {value: 'yearly', label: 'Yearly'},
  {value: 'custom', label: 'Custom'},
] as const

/** What is chosen as a sentence; typing into it chooses. */
function Sentence({choices, setting, outcome, onChange}: EditorProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const said = outcome.ok ? (outcome.pattern === null ? '' : outcome.sentence) : ''
  const type = (text: string): void => {
    setTyped(text)
    const read = readSentence(text, startOf(setting), choices)
    if ('ok' in read) return setFault(text.trim() === '' ? null : read)
    setFault(null)
    onChange(read)
  }
  return (
    <RuleText
      label="Repeats"
      text={typed ?? said}
      fault={fault}
      description={choices.pattern === 'never' ? 'Such as: every 2 weeks on mon and thu' : undefined}
      onChange={type}
      onFocusChange={(hasFocus) => {
        if (hasFocus) return
        setTyped(null)
        setFault(null)
      }}
    />
  )
}

function readSentence(text: string, start: number, before: Choices): Choices | Fault {
  try {
    return choicesOfSentence(text, start, before)
  } catch (error) {
    if (!(error instanceof InvalidRecurrence)) throw error
    const {message, hint, position, length} = error
    return {ok: false, message, hint, position, length}
  }
}

const UNITS = {daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year'} as const
const DAYS = [
  {value: 0, label: 'M', name: 'Monday'},
  {value: 1, label: 'T', name: 'Tuesday'},
  {value: 2, label: 'W', name: 'Wednesday'},
  {value: 3, label: 'T', name: 'Thursday'},
  {value: 4, label: 'F', name: 'Friday'},
  {value: 5, label: 'S', name: 'Saturday'},
  {value: 6, label: 'S', name: 'Sunday'},
] as const

function PatternFields({choices, setting, outcome, onChange}: EditorProps) {
  const {pattern, interval, anchor} = choices
  const change = (part: Partial<Choices>): void => onChange({...choices, ...part})
  if (pattern === 'custom') {
    return (
      <RuleText
        label="Rule"
        isCode
        text={choices.text}
        fault={outcome.ok ? null : outcome}
        description="An RRULE (RFC 5545), or a sentence. Times and days are those of your clock."
        onChange={(text) => change({text})}
      />
    )
  }
  if (pattern === 'never' || pattern === 'weekdays') return null
  const fromDue = anchor === 'due'
  return (
    <>
      <Stepper
        label="Every"
        unit={`${UNITS[pattern]}${interval === 1 ? '' : 's'}`}
        value={interval}
        most={999}
        onChange={(value) => change({interval: Math.max(1, value)})}
      />
      {pattern === 'weekly' && fromDue && (
        <ChipChecks
          legend="On"
          isRound
          options={DAYS}
          values={choices.days}
          // The last day that is on stays on: a week without a day is none.
          onChange={(days) => days.length > 0 && change({days: [...days].sort((a, b) => a - b)})}
        />
      )}
      {pattern === 'monthly' && fromDue && <MonthlyDays choices={choices} setting={setting} onChange={change} />}
    </>
  )
}

function MonthlyDays({
  choices,
  setting,
  onChange,
}: Pick<EditorProps, 'choices' | 'setting'> & {onChange: (part: Partial<Choices>) => void}) {
  return (
    <fieldset className="radios">
      <legend className="chips-legend">On</legend>
      {monthlyOptions(startOf(setting), choices).map(({value, label, note}) => (
        <label key={value} className="radio">
          <input
            type="radio"
            name="monthly"
            checked={choices.monthly === value}
            onChange={() => onChange({monthly: value})}
          />
          <span>
            {label}
            {note !== null && <span className="editor-quiet">, {note}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

function Questions({choices, onChange}: {choices: Choices; onChange: (part: Partial<Choices>) => void}) {
  return (
    <>
      <Segments
        legend="Count from"
        options={[
          {value: 'due', label: 'Due date'},
          {value: 'completion', label: 'When I finish'},
        ]}
        value={choices.anchor}
        onChange={(anchor) => onChange({anchor})}
      />
      {choices.anchor === 'due' && (
        <Segments
          legend="If I am late"
          options={[
            {value: 'once', label: 'One, ahead'},
            {value: 'each', label: 'Each one'},
          ]}
          value={choices.catchUp}
          onChange={(catchUp) => onChange({catchUp})}
        />
      )}
    </>
  )
}
