import {useState} from 'react'
import type {ProfileResponse} from '../../../../contracts/account.ts'
import {Button} from '../ui/button.tsx'
import {SelectField, TextField} from '../ui/field.tsx'
import {Problem} from './problem.tsx'
import {saveProfile} from './save-profile.ts'
import {useAct} from './use-act.ts'
import {deviceZone, zoneChoices} from './zone-choices.ts'

export function DetailsForm({profile}: {profile: ProfileResponse}) {
  const [name, setName] = useState(profile.name)
  const [zone, setZone] = useState(profile.time_zone)
  const {isBusy, problem, run} = useAct()
  const changes = {
    ...(name.trim() !== profile.name && {name}),
    ...(zone !== profile.time_zone && {time_zone: zone}),
  }
  const isChanged = Object.keys(changes).length > 0
  const here = deviceZone()
  return (
    <form
      className="settings-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged) void run(async () => saveProfile(changes))
      }}
    >
      <TextField label="Name" value={name} onChange={setName} autoComplete="name" isRequired />
      <div className="field">
        <span className="field-label">E-mail</span>
        <span>{profile.email}</span>
      </div>
      <SelectField
        label="Time zone"
        value={zone}
        options={zoneChoices(profile.time_zone)}
        onChange={setZone}
        description="In which dates are shown and typed. Tasks stay at their instants when it changes."
      />
      {zone !== here && (
        <div>
          <Button look="quiet" onPress={() => setZone(here)}>
            Use this device’s: {here.replaceAll('_', ' ')}
          </Button>
        </div>
      )}
      <Problem of={problem} />
      <div>
        <Button type="submit" look="act" isDisabled={!isChanged || isBusy || name.trim() === ''}>
          Save
        </Button>
      </div>
    </form>
  )
}
