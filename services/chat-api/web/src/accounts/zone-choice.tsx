import {useState} from 'react'
import {SelectField} from '../ui/field.tsx'

export const zoneOfDevice = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

/** The zone of the device, which is nearly always right; another one after "Change". */
export function ZoneChoice({value, onChange}: {value: string; onChange: (zone: string) => void}) {
  const [open, setOpen] = useState(false)
  if (!open) {
    return (
      <p className="account-aside">
        Time zone: {value}, from this device.{' '}
        <button type="button" onClick={() => setOpen(true)}>
          Change
        </button>
      </p>
    )
  }
  const zones = new Set([value, 'UTC', ...Intl.supportedValuesOf('timeZone')])
  return (
    <SelectField
      label="Time zone"
      value={value}
      options={[...zones].map((zone) => ({value: zone, label: zone.replaceAll('_', ' ')}))}
      onChange={onChange}
    />
  )
}
