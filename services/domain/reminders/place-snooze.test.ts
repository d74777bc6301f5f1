import {expect, test} from 'vitest'
import {type PresentReminder, placeSnooze} from './place-snooze.ts'
import {MAX_NAGS} from './reminder-times.ts'

const reminder = (id: number, at: number, over: Partial<PresentReminder> = {}): PresentReminder => ({
  id,
  at,
  offsetSeconds: 3600,
  state: 'scheduled',
  channels: null,
  nagEverySeconds: null,
  nagLeft: 0,
  ...over,
})
const NONE = {aside: [], channels: null, nagEverySeconds: null, nagLeft: 0}

test('nothing to put aside: one reminder as the account says', () => {
  expect(placeSnooze([], 100)).toEqual(NONE)
})

test('what would come before, or at the same time, is put aside; later ones stay', () => {
  const reminders = [reminder(3, 300), reminder(1, 50), reminder(2, 100)]
  expect(placeSnooze(reminders, 100)).toEqual({...NONE, aside: [1, 2]})
})

test('what was sent, failed or cancelled is left as it is; one that is being sent is put aside', () => {
  const reminders = [
    reminder(1, 10, {state: 'sent'}),
    reminder(2, 20, {state: 'failed'}),
    reminder(3, 30, {state: 'cancelled'}),
    reminder(4, 40, {state: 'sending'}),
  ]
  expect(placeSnooze(reminders, 100).aside).toEqual([4])
})

test('it goes the ways of what it replaces, or of what was sent last', () => {
  const sent = reminder(1, 10, {state: 'sent', channels: ['push']})
  expect(placeSnooze([sent], 100).channels).toEqual(['push'])
  expect(placeSnooze([sent, reminder(2, 50, {channels: ['email']})], 100).channels).toEqual(['email'])
  expect(placeSnooze([sent, reminder(2, 50)], 100).channels).toBeNull()
})

test('a repetition goes on from the snooze with what is left, and stops where it was, even when its next comes later', () => {
  const nag = reminder(1, 500, {nagEverySeconds: 600, nagLeft: 20, channels: ['email']})
  expect(placeSnooze([nag, reminder(2, 50)], 100)).toEqual({
    aside: [2, 1],
    channels: ['email'],
    nagEverySeconds: 600,
    nagLeft: 20,
  })
})

test('one that will repeat and has not begun stays when it comes later', () => {
  const nag = reminder(1, 500, {nagEverySeconds: 600, nagLeft: MAX_NAGS})
  expect(placeSnooze([nag], 100)).toEqual(NONE)
  expect(placeSnooze([nag], 500)).toMatchObject({aside: [1], nagEverySeconds: 600, nagLeft: MAX_NAGS})
})

test('the last of a repetition is the last', () => {
  const nag = reminder(1, 50, {nagEverySeconds: 600, nagLeft: 0})
  expect(placeSnooze([nag], 100)).toMatchObject({aside: [1], nagEverySeconds: 600, nagLeft: 0})
})

test('a second snooze takes over from the first, which is moved and not put aside', () => {
  const first = reminder(1, 50, {offsetSeconds: null, nagEverySeconds: 60, nagLeft: 3, channels: ['email']})
  expect(placeSnooze([first], 100)).toEqual({aside: [], channels: ['email'], nagEverySeconds: 60, nagLeft: 3})
  const cancelled = {...first, state: 'cancelled' as const}
  expect(placeSnooze([cancelled], 100)).toEqual(NONE)
})
