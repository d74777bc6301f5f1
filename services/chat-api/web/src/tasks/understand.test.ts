import {expect, test} from 'vitest'
import {understand} from './understand.ts'

const ZONE = 'Europe/Berlin'
const now = Date.parse('2026-11-22T10:30:00Z')

test.each([
  ['water the plants every mon at 7am', 'water the plants', ['tomorrow, 07:00', 'every Monday', 'then 30 Nov, 7 Dec']],
  ['pay rent on 1 dec !high #home', 'pay rent', ['Tue 1 Dec', 'high priority', '#home']],
  ['call mum tomorrow 18:00, remind me 2 hours before', 'call mum', ['tomorrow, 18:00', 'reminder 2 hours before']],
  ['buy milk', 'buy milk', []],
])('%s', (text, title, facts) => {
  expect(understand(text, ZONE, now)).toMatchObject({title, facts, question: null, fields: {title}})
})

test('a question has the whole text for each answer, and an answer leaves none', () => {
  const {question} = understand('call mum on 03/04', ZONE, now)
  expect(question?.choices.length).toBeGreaterThan(1)
  for (const {text} of question!.choices) expect(understand(text, ZONE, now).question).toBeNull()
})

test('what could be meant otherwise is offered, and taken has no other way left', () => {
  const {facts, others} = understand('call mum tomorrow at 5', ZONE, now)
  expect(facts).toEqual(['tomorrow, 05:00'])
  expect(others).toEqual([{label: '17:00, in the evening', text: 'call mum tomorrow at 17:00'}])
  expect(understand(others[0]!.text, ZONE, now)).toMatchObject({facts: ['tomorrow, 17:00'], others: []})
  expect(understand('buy milk', ZONE, now).others).toEqual([])
})

test('without a title it asks what is to be done', () => {
  expect(understand('tomorrow', ZONE, now).question).toMatchObject({choices: []})
})

test.each([
  ['feed the cat every day at 8 except on 25 Dec', 'Fri 25 Dec comes all the same: skip it when it is open.'],
  ['bins every mon except on 25 Dec', 'Nothing falls on Fri 25 Dec, so there is nothing to leave out.'],
])('%s: what is left out is explained', (text, remark) => {
  expect(understand(text, ZONE, now).remarks).toContain(remark)
})
