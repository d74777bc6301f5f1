import {describe, expect, test} from 'vitest'
import {KeyReader, type Pressed} from './shortcuts.ts'

const press = (key: string, fields: Partial<Pressed> = {}): Pressed => ({
  key,
  hasModifier: false,
  isTyping: false,
  isOnTask: false,
  ...fields,
})

describe('what a key asks for', () => {
  test.each([
    ['q', {}, {do: 'add'}],
    ['j', {}, {do: 'next'}],
    ['s', {}, undefined],
    ['s', {isOnTask: true}, {do: 'skip'}],
    ['3', {isOnTask: true}, {do: 'priority', priority: 3}],
    ['3', {}, undefined],
    ['Enter', {isOnTask: true}, {do: 'open'}],
    ['t', {isOnTask: true}, {do: 'due'}],
    ['r', {}, {do: 'repeat'}],
    ['q', {isTyping: true}, undefined],
    ['j', {hasModifier: true}, undefined],
    ['Escape', {isTyping: true}, {do: 'back'}],
    ['?', {}, {do: 'sheet'}],
    ['x', {}, undefined],
  ])('%s %o: %o', (key, fields, wish) => {
    expect(new KeyReader().read(press(key, fields), 0)).toEqual(wish)
  })

  test('g and then where to, within a moment', () => {
    const keys = new KeyReader()
    expect(keys.read(press('g'), 0)).toBeUndefined()
    expect(keys.read(press('u'), 1000)).toEqual({do: 'go', to: '/upcoming'})
    expect(keys.read(press('u'), 1100)).toEqual({do: 'undo'})
    keys.read(press('g'), 2000)
    expect(keys.read(press('u'), 4000)).toEqual({do: 'undo'})
  })
})
