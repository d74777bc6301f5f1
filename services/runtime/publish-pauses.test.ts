import {expect, test} from 'vitest'
import {PublishPauses} from './publish-pauses.ts'

const attempt = (topic: string, taskId: number | null, ok: boolean) => ({topic, taskId, ok})

test('a topic that is refused altogether waits longer and longer, and not any more once something got through', () => {
  const pauses = new PublishPauses()
  const waited: number[] = []
  let now = 1000
  for (let n = 0; n < 8; n++) {
    pauses.note([attempt('reminders', 1, false), attempt('reminders', 2, false), attempt('task-events', 1, true)], now)
    let ms = 0
    while (pauses.topics(now + ms).length > 0) ms += 50
    waited.push(ms)
    expect(pauses.topics(now)).toEqual(['reminders'])
    now += ms
  }
  expect(waited).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
  pauses.note([attempt('reminders', 1, true), attempt('reminders', 2, false)], now)
  expect(pauses.topics(now)).toEqual([])
  expect(pauses.waits({topic: 'reminders', taskId: 2}, now)).toBe(true)
  expect(pauses.waits({topic: 'reminders', taskId: 1}, now)).toBe(false)
  expect(pauses.waits({topic: 'task-events', taskId: 2}, now)).toBe(false)
})

test('a single entry that got through starts anew when it is refused again', () => {
  const pauses = new PublishPauses()
  const other = attempt('task-events', 1, true)
  for (const now of [0, 100, 300]) pauses.note([other, attempt('task-events', 2, false)], now)
  expect(pauses.waits({topic: 'task-events', taskId: 2}, 699)).toBe(true)
  pauses.note([other, attempt('task-events', 2, true)], 700)
  pauses.note([other, attempt('task-events', 2, false)], 700)
  expect(pauses.waits({topic: 'task-events', taskId: 2}, 799)).toBe(true)
  expect(pauses.waits({topic: 'task-events', taskId: 2}, 801)).toBe(false)
})
