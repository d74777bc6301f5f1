import {expect, test} from 'vitest'
import {linesOf} from './lines-of-text.ts'

test.each([
  ['one line', [{kind: 'words', text: 'one line'}]],
  ['two\nlines', [{kind: 'words', text: 'two\nlines'}]],
  [
    'a paragraph\n\nanother',
    [
      {kind: 'words', text: 'a paragraph'},
      {kind: 'words', text: 'another'},
    ],
  ],
  [
    'Say:\n- this\n- that\nor help',
    [
      {kind: 'words', text: 'Say:'},
      {kind: 'list', items: ['this', 'that']},
      {kind: 'words', text: 'or help'},
    ],
  ],
  [
    '2. second\n3) third',
    [
      {
        kind: 'numbered',
        items: [
          {number: 2, text: 'second'},
          {number: 3, text: 'third'},
        ],
      },
    ],
  ],
  ['<b>bold</b> **bold** [link](http://a.b)', [{kind: 'words', text: '<b>bold</b> **bold** [link](http://a.b)'}]],
  ['-5 degrees, 1.5 l', [{kind: 'words', text: '-5 degrees, 1.5 l'}]],
  ['', []],
])('%j', (text, lines) => {
  expect(linesOf(text)).toEqual(lines)
})
