import {expect, test} from 'vitest'
import {EndedLine} from './ended-line.ts'

const heard = (...texts: readonly string[]): {code: number | undefined; said: string} => {
  let said = ''
  const line = new EndedLine((text) => {
    said += text
  })
  for (const text of texts) line.hear(text)
  line.end()
  return {code: line.code, said}
}

test('the line in which kubectl tells the exit code is taken out, however it comes', () => {
  const text = 'Error: no\ncommand terminated with exit code 13\n'
  const all = {code: 13, said: 'Error: no\n'}
  expect(heard(text)).toEqual(all)
  expect(heard(...text.split(/(?=.)/su))).toEqual(all)
  expect(heard(text.slice(0, 30), text.slice(30))).toEqual(all)
  // kubectl on a terminal in raw mode.
  expect(heard('command terminated with exit code 130\r\n')).toEqual({code: 130, said: ''})
  expect(heard('command terminated with exit code 4')).toEqual({code: 4, said: ''})
})

test('everything else is passed on as it comes', () => {
  const texts: string[] = []
  const line = new EndedLine((text) => void texts.push(text))
  line.hear('Really? ')
  expect(texts).toEqual(['Really? '])
  line.hear('comm')
  expect(texts).toEqual(['Really? ', 'comm'])
  line.hear('on\nco')
  expect(texts.join('')).toBe('Really? common\n')
  line.hear('mmand terminated with exit code many\n')
  line.end()
  expect(texts.join('')).toBe('Really? common\ncommand terminated with exit code many\n')
  expect(line.code).toBeUndefined()
})
