import {expect, test} from 'vitest'
import {shownCode, tokenOf, wayBack} from './way-back.ts'

test('after signing in one comes back to a page of the app, and to no other site', () => {
  expect(wayBack('/tasks/12')).toBe('/tasks/12')
  expect(wayBack('/all?tag=home')).toBe('/all?tag=home')
  for (const to of [
    null,
    '',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    'javascript:alert(1)',
    '/sign-in?to=/',
  ])
    expect(wayBack(to), String(to)).toBe('/')
})

test('a token is read from behind the #', () => {
  expect(tokenOf('#link=abc-D_1', 'link')).toBe('abc-D_1')
  expect(tokenOf('#abcDEF')).toBe('abcDEF')
  expect([tokenOf(''), tokenOf('#'), tokenOf('#link=', 'link'), tokenOf('#other=x', 'link'), tokenOf('#<b>')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('a code is shown as the terminal shows it', () => {
  expect(['abcdefgh', 'ABCD-EFGH', 'ab cd', 'abcde', 'abcdefghij'].map(shownCode)).toEqual([
    'ABCD-EFGH',
    'ABCD-EFGH',
    'ABCD',
    'ABCD-E',
    'ABCD-EFGH',
  ])
})
