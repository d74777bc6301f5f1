import {expect, test} from 'vitest'
import {compareDeliveries, type Told} from './live-deliveries.ts'

const told = (userId: string, id: number, version = 1): Told => ({userId, id, version, type: 'task.completed'})

test('what is lost, double and not theirs is counted', () => {
  const events = [told('ada', 1), told('ada', 2), told('bob', 3), told('bob', 3, 2)]
  expect(compareDeliveries(events, events)).toEqual({expected: 4, received: 4, lost: 0, double: 0, foreign: 0})
  const messages = [told('ada', 1), told('ada', 1), told('ada', 3), told('bob', 3, 2), told('bob', 3, 3)]
  expect(compareDeliveries(events, messages)).toEqual({expected: 4, received: 5, lost: 2, double: 1, foreign: 2})
})
