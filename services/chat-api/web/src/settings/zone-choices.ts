/** All zones that this browser knows, by their names; the account's own and UTC among them. */
export function zoneChoices(own: string): readonly {readonly value: string; readonly label: string}[] {
  const known = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', own])
  return [...known]
    .sort((a, b) => a.localeCompare(b, 'en'))
    .map((value) => ({value, label: value.replaceAll('_', ' ')}))
}

/** The zone of this device. */
export const deviceZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone
