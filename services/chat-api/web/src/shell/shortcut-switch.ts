/** Whether single keys do something: kept on this device, switched in the settings. */
const NAME = 'todo5-shortcuts'

export const areShortcutsOn = (): boolean => localStorage.getItem(NAME) !== 'off'

export const switchShortcuts = (on: boolean): void => localStorage.setItem(NAME, on ? 'on' : 'off')
