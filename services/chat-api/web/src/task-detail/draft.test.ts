import {describe, expect, test} from 'vitest'
import {someTask} from '../../../../contracts/testing/some-task.ts'
import {changeOfDraft, draftOf, dueOfDraft, scopesOf} from './draft.ts'
import {offsetInWords, usualOffsets, withReminder} from './draft-reminders.ts'

const BERLIN = 'Europe/Berlin'
const reminder = (offset: number | null, state: 'scheduled' | 'sent' | 'cancelled' = 'scheduled') => ({
  id: 1,
  offset_seconds: offset,
  reminder_at: '2026-11-26T07:00:00Z',
  state,
  channels: null,
  nag_every_seconds: null,
  revision: 1,
})
const task = someTask({
  id: 2,
  title: 'Water the plants',
  due_at: '2026-11-26T08:00:00Z',
  tags: ['home'],
  reminders: [reminder(3600), reminder(null), reminder(600, 'cancelled')],
})
const draft = draftOf(task, BERLIN)

test('a task is typed on the clock of its user', () => {
  expect(draft).toEqual({
    title: 'Water the plants',
    note: '',
    date: '2026-11-26',
    time: '09:00',
    priority: 0,
    tags: 'home',
    reminders: [{offset_seconds: 3600}],
  })
  expect(draftOf(task, 'Pacific/Auckland')).toMatchObject({date: '2026-11-26', time: '21:00'})
  expect(draftOf({...task, due_at: '2027-03-29T22:59:59Z', due_has_time: false}, BERLIN)).toMatchObject({
    date: '2027-03-29',
    time: '',
  })
  expect(draftOf({...task, due_at: null}, BERLIN)).toMatchObject({date: '', time: ''})
})

describe('only what was changed is sent', () => {
  test.each([
    [{}, null],
    [{title: ' Water the plants '}, null],
    [{tags: '#home'}, null],
    [{title: 'Water'}, {title: 'Water'}],
    [{tags: 'home, #ops home'}, {tags: ['home', 'ops']}],
    [{time: '17:30'}, {due_at: '2026-11-26T16:30:00Z', due_has_time: true}],
    [{time: ''}, {due_at: '2026-11-26T22:59:59Z', due_has_time: false}],
    [{date: ''}, {due_at: null}],
    // 02:30 does not exist that night: an hour later does.
    [
      {date: '2027-03-28', time: '02:30'},
      {due_at: '2027-03-28T01:30:00Z', due_has_time: true},
    ],
    [
      {note: 'with rain water', priority: 3},
      {description: 'with rain water', priority: 3},
    ],
    [{reminders: []}, {reminders: []}],
  ])('%j', (typed, expected) => {
    expect(changeOfDraft({...draft, ...typed}, task, BERLIN)).toEqual(expected)
  })

  test('what is no date is none', () => {
    expect(dueOfDraft({date: '2026', time: ''}, BERLIN)).toBeNull()
  })
})

test('the scope that is asked for: a date for this time, a text for good, what is done only for texts', () => {
  const recurring = {...task, series_id: 5}
  expect(scopesOf({title: 'x'}, task)).toBeNull()
  expect(scopesOf({title: 'x'}, {...recurring, completed_at: '2026-11-26T08:00:00Z'})).toBeNull()
  expect(scopesOf({due_at: '2026-11-27T08:00:00Z', due_has_time: true}, recurring)).toEqual(['this', 'following'])
  expect(scopesOf({title: 'x', priority: 1}, recurring)).toEqual(['following', 'this', 'all'])
  expect(scopesOf({title: 'x', reminders: []}, recurring)).toEqual(['following', 'this'])
})

test('reminders in words, and one more of them', () => {
  expect(usualOffsets(true).map((offset) => offsetInWords(offset, true))).toEqual([
    'at the time',
    '10 minutes before',
    '30 minutes before',
    '1 hour before',
    '3 hours before',
    '1 day before',
    '1 week before',
  ])
  expect(usualOffsets(false).map((offset) => offsetInWords(offset, false))).toEqual([
    'on the day, 09:00',
    '1 day before, 09:00',
    '2 days before, 09:00',
    '7 days before, 09:00',
  ])
  expect(offsetInWords(5445, true)).toBe('1h30m45s before')
  expect(withReminder(draft.reminders, 86_400)).toEqual([{offset_seconds: 86_400}, {offset_seconds: 3600}])
  expect(withReminder(draft.reminders, 3600)).toBe(draft.reminders)
})
