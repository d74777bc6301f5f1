import {Check} from './check.tsx'
import {setSingleKeys, useSingleKeys} from './single-keys.ts'

export const ShortcutSetting = () => (
  <Check
    label="Single letters are shortcuts"
    note="Such as q to add a task. On this device only; ? lists them."
    isOn={useSingleKeys()}
    onChange={setSingleKeys}
  />
)
