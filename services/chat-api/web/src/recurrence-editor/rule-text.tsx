import {useId} from 'react'
import type {Fault} from './outcome.ts'

export interface RuleTextProps {
  readonly label: string
  readonly description?: string
  readonly text: string
  readonly fault: Fault | null
  readonly isCode?: boolean
  readonly onChange: (text: string) => void
  readonly onFocusChange?: (hasFocus: boolean) => void
}

/** A rule as text, with what cannot be read marked at its place. */
export function RuleText({label, description, text, fault, isCode = false, onChange, onFocusChange}: RuleTextProps) {
  const id = useId()
  const [faultId, descriptionId] = [`${id}-fault`, `${id}-description`]
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={isCode ? 'field-input rule-code' : 'field-input'}
        value={text}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        data-invalid={fault ? true : undefined}
        aria-invalid={fault ? true : undefined}
        aria-describedby={[fault && faultId, description && descriptionId].filter(Boolean).join(' ') || undefined}
        onChange={(event) => onChange(event.target.value)}
        onFocus={() => onFocusChange?.(true)}
        onBlur={() => onFocusChange?.(false)}
      />
      {fault && (
        <div id={faultId} className="rule-fault">
          {fault.length > 0 && <Place text={text} fault={fault} />}
          <p>{inWords(fault)}</p>
        </div>
      )}
      {description !== undefined && (
        <span id={descriptionId} className="field-description">
          {description}
        </span>
      )}
    </div>
  )
}

/** The engine's texts begin in lower case; some hints repeat what is wrong. */
function inWords({message, hint}: Fault): string {
  const what = hint.startsWith(message.split(' ')[0]!) ? '' : `${message}. `
  return `${what}${hint[0]!.toUpperCase()}${hint.slice(1)}.`
}

/** The text again with carets below what is wrong; for the eye, the words say it to the ear. */
function Place({text, fault: {position, length}}: {text: string; fault: Fault}) {
  return (
    <p className="rule-place" aria-hidden>
      {text.slice(0, position)}
      <mark>{text.slice(position, position + length) || ' '}</mark>
      {text.slice(position + length)}
    </p>
  )
}
