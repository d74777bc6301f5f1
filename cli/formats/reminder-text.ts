import type {ReminderInput} from '../../services/contracts/tasks.ts'
import {formatDuration, readDuration} from '../../services/domain/dates/duration.ts'
import {CHANNELS} from '../../services/domain/quick-add/quick-add.ts'

/** `1h,1d/15m@email+push`: an hour before; a day before, then every 15 minutes, by e-mail and push. `none` for none. */
export const reminderText = (reminders: readonly ReminderInput[]): string =>
  reminders.length === 0
    ? 'none'
    : reminders
        .map(
          ({offset_seconds: offset, nag_every_seconds: nag, channels}) =>
            `${formatDuration(offset)}${nag === undefined ? '' : `/${formatDuration(nag)}`}${channels === undefined ? '' : `@${channels.join('+')}`}`,
        )
        .join(',')

/** Such a text read back; undefined when it is none. */
export function readReminders(text: string): ReminderInput[] | undefined {
  if (text.trim().toLowerCase() === 'none') return []
  const reminders: ReminderInput[] = []
  for (const part of text.split(',')) {
    const [, offset, nag, names] = /^\s*([^/@]+)(?:\/([^@]+))?(?:@([a-z+]+))?\s*$/u.exec(part) ?? []
    const seconds = readDuration(offset ?? '')
    const every = nag === undefined ? undefined : readDuration(nag)
    const channels = names?.split('+').map((name) => CHANNELS.find((known) => known === name))
    if (seconds === undefined || (nag !== undefined && every === undefined)) return undefined
    if (channels?.includes(undefined)) return undefined
    reminders.push({
      offset_seconds: seconds,
      ...(channels === undefined ? {} : {channels: channels.filter((name) => name !== undefined)}),
      ...(every === undefined ? {} : {nag_every_seconds: every}),
    })
  }
  return reminders
}
