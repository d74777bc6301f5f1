import {expect, test} from 'vitest'
import {parseLock, parseOutputs, parsePlan} from './terraform.ts'

const change = (address: string, actions: string[], mode = 'managed') => ({
  address,
  mode,
  type: address.split('.')[0],
  change: {actions},
})

test('what a plan would do: data that are read, and what stays, are no changes', () => {
  const said = {
    resource_changes: [
      change('a.new', ['create']),
      change('a.changed', ['update']),
      change('a.replaced', ['delete', 'create']),
      change('a.also_replaced', ['create', 'delete']),
      change('a.gone', ['delete']),
      change('a.same', ['no-op']),
      change('data.a.read', ['read'], 'data'),
    ],
  }
  expect(parsePlan(JSON.stringify(said))).toEqual({
    changes: [
      {address: 'a.new', type: 'a', action: 'create'},
      {address: 'a.changed', type: 'a', action: 'update'},
      {address: 'a.replaced', type: 'a', action: 'replace'},
      {address: 'a.also_replaced', type: 'a', action: 'replace'},
      {address: 'a.gone', type: 'a', action: 'destroy'},
    ],
    isEmpty: false,
  })
  expect(parsePlan('{}')).toEqual({changes: [], isEmpty: true})
  // An output alone is applied, too: the kubeconfig is one.
  expect(parsePlan('{"output_changes": {"endpoint": {"actions": ["update"]}}}').isEmpty).toBe(false)
})

test('outputs by name', () => {
  const said = {kubeconfig: {sensitive: true, type: 'string', value: 'x'}, capacity: {value: {nodes: 2}}}
  expect(Object.fromEntries(parseOutputs(JSON.stringify(said)))).toEqual({kubeconfig: 'x', capacity: {nodes: 2}})
})

test('who holds the lock; another failure is none', () => {
  const said = `Error: Error acquiring the state lock\n\nLock Info:\n  ID:        1-2\n  Path:      x\n  Operation: OperationTypePlan\n  Who:       ann@laptop\n  Created:   2026-11-20 08:10:45.0 +0000 UTC\n  Info:      \n`
  expect(parseLock(said)).toMatchObject({id: '1-2', who: 'ann@laptop', operation: 'OperationTypePlan'})
  expect(parseLock('Error acquiring the state lock: status 403')).toMatchObject({id: '', who: ''})
  expect(parseLock('Error: no credentials')).toBe(undefined)
})
