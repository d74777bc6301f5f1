const NAMES: Readonly<Record<string, string>> = {email: 'e-mail', push: 'push', webhook: 'webhook'}

export interface Way {
  /** Channels, separated by commas; '' for those of the settings. */
  readonly value: string
  readonly label: string
}

const SETTINGS: Way = {value: '', label: 'as in settings'}

/** What can be chosen for one reminder: what the account has set up, alone and all at once, and what it has now. */
export function waysOf(setUp: readonly string[], chosen: readonly string[] | undefined): readonly Way[] {
  const offered = [...setUp.map((channel) => [channel]), ...(setUp.length > 1 ? [setUp] : [])]
  const isOffered = chosen === undefined || offered.some((channels) => channels.join() === chosen.join())
  return [SETTINGS, ...[...offered, ...(isOffered ? [] : [chosen])].map((channels) => wayOf(channels, setUp))]
}

function wayOf(channels: readonly string[], setUp: readonly string[]): Way {
  const label = `by ${list(channels.map((channel) => NAMES[channel] ?? channel))}`
  const isPossible = channels.every((channel) => setUp.includes(channel))
  return {value: channels.join(), label: isPossible ? label : `${label} (not set up)`}
}

const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** Of the value of a way. */
export const channelsOf = (value: string): readonly string[] | undefined =>
  value === '' ? undefined : value.split(',')
