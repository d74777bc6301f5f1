import {useState} from 'react'
import {areShortcutsOn, switchShortcuts} from '../shell/shortcut-switch.ts'
import {Check} from './check.tsx'

export function ShortcutSetting() {
  const [isOn, setOn] = useState(areShortcutsOn)
  return (
    <Check
      label="Single letters are shortcuts"
      note="Such as q to add a task. On this device only; ? lists them."
      isOn={isOn}
      onChange={(on) => {
        switchShortcuts(on)
        setOn(on)
      }}
    />
  )
}
