import {BODY_ERRORS, type Operation, WRITE_ERRORS} from './openapi-operation.ts'
import {listRemindersQuery} from './reminders.ts'

/** Reminders of all tasks, and whether the channels work. */
export const REMINDER_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/reminders',
    operationId: 'listReminders',
    tag: 'reminders',
    summary: 'List reminders and what became of them',
    description:
      'Without a state all but the cancelled ones. Those of the state `scheduled` come the soonest first, all others the latest first.',
    query: listRemindersQuery,
    success: {status: 200, description: 'A page of reminders', schema: 'ReminderList'},
    errors: [422],
  },
  {
    method: 'post',
    path: '/reminders/test',
    operationId: 'testChannel',
    tag: 'reminders',
    summary: 'Send a test message to where your reminders go',
    description:
      'One message, at once and not again; the answer says what the mail server, the push service or the receiver said. At most five a minute.',
    body: 'TestChannel',
    success: {status: 200, description: 'Whether it was taken, and what the other side said', schema: 'ChannelTest'},
    errors: BODY_ERRORS,
  },
  {
    method: 'get',
    path: '/reminders/{id}',
    operationId: 'getReminder',
    tag: 'reminders',
    summary: 'Get a reminder with each try to send it',
    success: {status: 200, description: 'The reminder', schema: 'ReminderDetails'},
    errors: [404],
  },
  {
    method: 'post',
    path: '/reminders/{id}/retry',
    operationId: 'retryReminder',
    tag: 'reminders',
    summary: 'Send a reminder again by the channels by which it failed',
    description: 'With ten tries again. Channels that took it do not get it twice. One that is on its way stays so.',
    success: {status: 200, description: 'The reminder, and by what it goes out now', schema: 'RetriedReminder'},
    errors: [...WRITE_ERRORS, 404, 409],
  },
]
