import type {UIMessage} from 'ai'
import {describe, expect, test} from 'vitest'
import {zoneOf} from '../../domain/dates/zone.ts'
import {answered, decisionOf, refusedIn, waitingIn, withoutUnfinished} from './approvals.ts'

const call = (id: number) =>
  ({
    type: 'dynamic-tool',
    toolName: 'delete_task',
    toolCallId: `call ${id}`,
    state: 'approval-requested',
    input: {id},
    approval: {id: `approval ${id}`},
  }) as const
const message: UIMessage = {id: 'm', role: 'assistant', parts: [{type: 'text', text: 'Delete?'}, call(1), call(2)]}
const decide = (answers: Record<string, boolean>, reason?: string) =>
  answered(message, new Map(Object.entries(answers)), reason)

describe('what a message asks to be approved', () => {
  test('is asked in the last message of ours only', () => {
    expect(waitingIn(message)).toEqual(['approval 1', 'approval 2'])
    expect(waitingIn({...message, role: 'user'})).toEqual([])
    expect(waitingIn(undefined)).toEqual([])
  })

  test('is answered once, what was not said yes to is refused', () => {
    const after = decide({'approval 2': true}, 'yes')!
    expect(after.parts.slice(1)).toMatchObject([
      {state: 'approval-responded', approval: {approved: false, reason: 'yes'}},
      {state: 'approval-responded', approval: {approved: true}},
    ])
    expect(refusedIn(after)).toEqual([{name: 'delete_task', input: {id: 1}}])
    expect(answered(after, new Map([['approval 2', true]]), undefined)).toBeNull()
  })

  test('is nothing that it did not ask', () => {
    expect(decide({forged: true})).toBeNull()
    expect(decide({'approval 1': true, forged: true})).toBeNull()
  })
})

test('a call that nothing came of is not told to a model', () => {
  const after = decide({'approval 1': true})!
  expect(withoutUnfinished(after).parts).toEqual([{type: 'text', text: 'Delete?'}])
})

test.each([
  ['yes', true],
  ['ok', true],
  ['no', false],
  ['never mind', false],
  ['yes and no', null],
  ['list', null],
])('%s decides %s', (text, decision) => {
  expect(decisionOf(text, {zone: zoneOf('UTC'), now: 0})).toBe(decision)
})
