import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {findTasks} from './find-tasks.ts'
import {matchTitles} from './match-titles.ts'
import type {Reference} from './meaning.ts'
import {readReference} from './read-reference.ts'

const TASKS = [
  {id: 11, title: 'Pay rent'},
  {id: 12, title: 'Call mom'},
  {id: 13, title: 'Call the dentist'},
  {id: 14, title: 'Write the quarterly report'},
  {id: 15, title: 'Buy café crème'},
  {id: 2, title: 'Return the books'},
]
const idsOf = (text: string) => matchTitles(text, TASKS)?.tasks.map(({id}) => id)

describe('titles', () => {
  test.each([
    ['pay rent', 'same', [11]],
    ['paid the rent', 'same', [11]],
    ['rent', 'all', [11]],
    ['RENT', 'all', [11]],
    ['call', 'all', [12, 13]],
    ['dentist', 'all', [13]],
    ['the report', 'all', [14]],
    ['cafe creme', 'all', [15]],
    ['book', 'all', [2]],
    ['dentis', 'near', [13]],
    ['dnetist', 'near', [13]],
    ['quaterly report', 'near', [14]],
    ['finished report', 'part', [14]],
    ['call dad', 'part', [12, 13]],
  ] as const)('%s fits %s', (text, fit, ids) => {
    expect(matchTitles(text, TASKS)).toMatchObject({fit})
    expect(idsOf(text)).toEqual(ids)
  })
  test.each(['laundry', 'xyz', '', '...', 'cat'])('%j fits none', (text) => {
    expect(matchTitles(text, TASKS)).toBeNull()
  })
  test('never throws, and finds each title by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.string({unit: 'grapheme', maxLength: 40}), {maxLength: 20}), (titles) => {
        const tasks = titles.map((title, id) => ({id, title}))
        const readable = tasks.filter(({title}) =>
          /\p{L}|\p{N}/u.test(title.normalize('NFKD').replaceAll(/\p{M}/gu, '')),
        )
        for (const task of readable) {
          const matches = matchTitles(task.title, tasks)
          expect(matches?.fit).toBe('same')
          expect(matches?.tasks).toContainEqual(task)
        }
      }),
      {numRuns: 200},
    )
  })
})

describe('references', () => {
  const memory = {shown: TASKS.slice(0, 3), last: [TASKS[3]!]}
  const nothing = {shown: [], last: []}
  const find = (text: string, over = memory) => findTasks(readReference(text)!, over, TASKS)
  const found = (text: string, over = memory) => {
    const one = find(text, over)
    return one.kind === 'found' ? one.tasks.map(({id}) => id) : one.kind
  }
  test.each([
    ['it', [14]],
    ['that one', [14]],
    ['the second one', [12]],
    ['last', [13]],
    ['second last', [12]],
    ['first and third', [11, 13]],
    ['the first two', [11, 12]],
    ['3', [13]],
    ['1-2', [11, 12]],
    ['#2', [2]],
    ['task 13', [13]],
    ['13', [13]],
    ['rent', [11]],
    ['rent and dentist', [11, 13]],
    ['them', [11, 12, 13]],
    ['fourth', 'none'],
    ['99', 'none'],
    ['#99', 'none'],
    ['call', 'choose'],
    ['rent and laundry', 'choose'],
    ['both', 'choose'],
    ['call dad', 'choose'],
  ] as const)('%s', (text, ids) => {
    expect(found(text)).toEqual(ids)
  })
  test('a place in the list that is the number of another task is said', () => {
    expect(find('2')).toMatchObject({tasks: [{id: 12}], doubt: expect.stringContaining('#2') as string})
    expect(find('1')).toMatchObject({tasks: [{id: 11}], doubt: null})
  })
  test('a title that was typed wrong is said', () => {
    expect(find('dentis')).toMatchObject({
      tasks: [{id: 13}],
      fit: 'near',
      doubt: expect.stringContaining('dentist') as string,
    })
  })
  test('without a list and a task nothing is guessed', () => {
    expect(find('it', nothing)).toMatchObject({kind: 'choose'})
    expect(find('the second', nothing)).toMatchObject({kind: 'none'})
    expect(find('them', nothing)).toMatchObject({kind: 'none'})
    expect(find('2', nothing)).toMatchObject({kind: 'found', tasks: [{id: 2}], doubt: null})
  })
  test('after a change of several, "it" asks which', () => {
    expect(findTasks({kind: 'it'}, {shown: [], last: TASKS.slice(0, 2)}, TASKS)).toMatchObject({
      kind: 'choose',
      tasks: [{id: 11}, {id: 12}],
    })
  })
  test('any text refers to something or to nothing, without an error', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 60}), (text) => {
        const reference: Reference | null = readReference(text)
        const kind = reference ? findTasks(reference, memory, TASKS).kind : 'nothing'
        expect(kind).toMatch(text.trim().replace(/[ ,.;:!]+$/u, '') === '' ? /^nothing$/u : /^(found|choose|none)$/u)
      }),
      {numRuns: 500},
    )
  })
})
