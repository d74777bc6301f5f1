import {Minus, Plus} from 'lucide-react'
import {useId} from 'react'
import {IconButton} from '../ui/button.tsx'

export interface StepperProps {
  readonly label: string
  /** After the number: "weeks". */
  readonly unit: string
  readonly value: number
  readonly most: number
  readonly onChange: (value: number) => void
}

/** A whole number from 1 on; typed, or by its buttons. What is no number yet is 0, for whoever judges it. */
export function Stepper({label, unit, value, most, onChange}: StepperProps) {
  const id = useId()
  return (
    <div className="stepper">
      <label htmlFor={id}>{label}</label>
      <span className="stepper-box">
        <IconButton icon={Minus} label={`${label}: less`} isDisabled={value <= 1} onPress={() => onChange(value - 1)} />
        <input
          id={id}
          className="stepper-input figures"
          inputMode="numeric"
          value={value === 0 ? '' : value}
          onChange={(event) => onChange(Math.min(most, Number(event.target.value.replaceAll(/\D/gu, ''))))}
        />
        <IconButton
          icon={Plus}
          label={`${label}: more`}
          isDisabled={value >= most}
          onPress={() => onChange(value + 1)}
        />
      </span>
      <span>{unit}</span>
    </div>
  )
}
