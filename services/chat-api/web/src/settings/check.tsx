import {useId} from 'react'

export interface CheckProps {
  readonly label: string
  readonly note: string
  readonly isOn: boolean
  readonly isDisabled?: boolean
  readonly onChange: (isOn: boolean) => void
}

/** A checkbox with what it means below its name. */
export function Check({label, note, isOn, isDisabled = false, onChange}: CheckProps) {
  const id = useId()
  return (
    <div className="settings-check">
      <input
        id={id}
        type="checkbox"
        checked={isOn}
        disabled={isDisabled}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className="settings-main">
        <label htmlFor={id}>{label}</label>
        <span id={`${id}-note`} className="settings-quiet">
          {note}
        </span>
      </div>
    </div>
  )
}
