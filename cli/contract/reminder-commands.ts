import {channelTest, reminderDetails, retriedReminder} from '../../services/contracts/reminders.ts'
import {z} from 'zod'
import {besides, listed, one, perThing, type Printed, steps} from './printed.ts'

/** What commands about reminders print. */
export const REMINDER_COMMANDS: Readonly<Record<string, Printed>> = {
  'reminder:list': listed('reminders', reminderDetails, {next_cursor: z.string().nullable()}),
  'reminder:show': one(reminderDetails),
  'reminder:retry': besides(perThing(retriedReminder), steps.requests),
  'reminder:test': besides(one(channelTest), steps.requests),
}
