import './chips.css'
import {useId} from 'react'

export interface Chip<T> {
  readonly value: T
  readonly label: string
  /** When the label alone says too little, as "M" does. */
  readonly name?: string
}

interface ChipsProps<T> {
  readonly legend: string
  readonly options: readonly Chip<T>[]
  /** The legend is heard and not shown. */
  readonly isBare?: boolean
  /** Of one letter each. */
  readonly isRound?: boolean
  readonly isJoined?: boolean
}

interface OneOf<T> {
  readonly value: T
  readonly onChange: (value: T) => void
}

/** One of several, as chips that can take more than a line: real radio buttons. */
export function ChipRadios<T extends string | number>({value, onChange, ...props}: ChipsProps<T> & OneOf<T>) {
  const name = useId()
  return <Chips {...props} type="radio" name={name} isChosen={(one) => one === value} onPress={onChange} />
}

/** One of two to four, joined: real radio buttons. */
export const Segments = <T extends string | number>(props: ChipsProps<T> & OneOf<T>) => (
  <ChipRadios {...props} isJoined />
)

/** Any of a few, side by side: real checkboxes. */
export function ChipChecks<T extends string | number>({
  values,
  onChange,
  ...props
}: ChipsProps<T> & {readonly values: readonly T[]; readonly onChange: (values: readonly T[]) => void}) {
  const toggle = (value: T): void =>
    onChange(values.includes(value) ? values.filter((other) => other !== value) : [...values, value])
  return <Chips {...props} type="checkbox" isChosen={(one) => values.includes(one)} onPress={toggle} />
}

function Chips<T extends string | number>({
  legend,
  options,
  isBare = false,
  isRound = false,
  isJoined = false,
  type,
  name,
  isChosen,
  onPress,
}: ChipsProps<T> & {
  readonly type: 'radio' | 'checkbox'
  readonly name?: string
  readonly isChosen: (value: T) => boolean
  readonly onPress: (value: T) => void
}) {
  return (
    <fieldset className="chips">
      <legend className={isBare ? 'visually-hidden' : 'chips-legend'}>{legend}</legend>
      <div className={isJoined ? 'chips-row segments' : 'chips-row'}>
        {options.map((option) => (
          <label key={option.value} className={isRound ? 'chip chip-round' : 'chip'}>
            <input
              type={type}
              name={name}
              checked={isChosen(option.value)}
              onChange={() => onPress(option.value)}
              aria-label={option.name}
            />
            <span className="chip-face">{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
