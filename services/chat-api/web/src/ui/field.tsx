import './field.css'
import {FieldError} from 'react-aria-components/FieldError'
import {Input} from 'react-aria-components/Input'
import {Label} from 'react-aria-components/Label'
import {Text} from 'react-aria-components/Text'
import {TextArea} from 'react-aria-components/TextArea'
import {TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps} from 'react-aria-components/TextField'

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  readonly label: string
  /** Below the field, before anything went wrong. */
  readonly description?: string | undefined
  /** What is wrong with it and what to do; empty or absent when nothing is. */
  readonly error?: string | undefined
  readonly placeholder?: string
  /** More than one line. */
  readonly rows?: number
}

export function TextField({label, description, error, placeholder, rows, ...props}: TextFieldProps) {
  return (
    <AriaTextField {...props} isInvalid={error !== undefined && error !== ''} className="field">
      <Label className="field-label">{label}</Label>
      {rows === undefined ? (
        <Input className="field-input" placeholder={placeholder} />
      ) : (
        <TextArea className="field-input" rows={rows} placeholder={placeholder} />
      )}
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  )
}

export interface SelectFieldProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly {readonly value: T; readonly label: string}[]
  readonly onChange: (value: T) => void
  readonly description?: string
}

/** One of a few, with the system's own list: which every phone and screen reader knows. */
export function SelectField<T extends string>({label, value, options, onChange, description}: SelectFieldProps<T>) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <select className="field-input" value={value} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {description !== undefined && <span className="field-description">{description}</span>}
    </label>
  )
}
