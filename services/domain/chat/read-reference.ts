import {ORDINAL, ordinalNumber, spelledOut} from '../dates/date-words.ts'
import type {Reference} from './meaning.ts'
import {whole} from './plain-words.ts'

const NOUN = '(?:one|ones|task|tasks|todo|todos|item|items|thing|entry)'
const IT = whole(`(?:it|that|this|(?:that|this|the same|the last|the previous|the new) ${NOUN}|(?:that|this) too)`)
const ALL = whole(
  `(?:them|them all|all|all of (?:it|them|these|those)|all (?:these|those|tasks)|these|those|everything|the lot|(?<both>both|both of them|the two|both ${NOUN}))`,
)
const JOINT = String.raw`(?:, ?and |, ?| and | & | plus )(?:the )?`
const PLACE = `(?:${ORDINAL}|last|second last|second to last|top|bottom)`
const PLACES = whole(`(?:the )?${PLACE}(?: ${NOUN})?(?:${JOINT}${PLACE}(?: ${NOUN})?)*`)
const SEVERAL = whole(
  String.raw`(?:the )?(?<end>first|last|top) (?<count>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)(?: ${NOUN})?`,
)
const NUMBERS = whole(String.raw`(?:number |numbers |no\.? )?(?:the )?\d{1,9}(?:${JOINT}\d{1,9})*`)
const RANGE = whole(String.raw`(?<first>\d{1,3}) ?(?:-|–|to|through) ?(?<last>\d{1,3})`)
const IDS = whole(String.raw`(?:#\d{1,15}|tasks? #?\d{1,15})(?:${JOINT}(?:task )?#?\d{1,15})*`)
/** A list on a screen is shorter. */
const MOST_PLACES = 100

/** What a text refers to; whatever is no other reference is a title. Null for nothing. */
export function readReference(typed: string): Reference | null {
  const text = typed.trim().replace(/[ ,.;:!]+$/u, '')
  if (text === '') return null
  if (IT.test(text) && !/^the last/iu.test(text)) return {kind: 'it'}
  const all = ALL.exec(text)
  if (all) return {kind: 'all', count: all.groups?.['both'] === undefined ? null : 2}
  const range = RANGE.exec(text)?.groups
  if (range) return rangeOf(Number(range['first']), Number(range['last']), text)
  if (IDS.test(text)) return {kind: 'ids', ids: distinct(numbersIn(text))}
  if (NUMBERS.test(text)) return {kind: 'numbers', numbers: distinct(numbersIn(text))}
  const several = SEVERAL.exec(text)?.groups
  if (several) return {kind: 'places', places: severalPlaces(several)}
  if (PLACES.test(text)) return {kind: 'places', places: distinct(placesIn(text))}
  return {kind: 'title', title: titleOf(text)}
}

const distinct = (numbers: readonly number[]): number[] => [...new Set(numbers)]
const numbersIn = (text: string): number[] => (text.match(/\d+/gu) ?? []).map(Number)

function rangeOf(first: number, last: number, text: string): Reference {
  if (first < 1 || last < first || last - first >= MOST_PLACES) return {kind: 'title', title: text}
  return {kind: 'numbers', numbers: Array.from({length: last - first + 1}, (_, index) => first + index)}
}

function severalPlaces(groups: Record<string, string | undefined>): number[] {
  const count = Number(spelledOut(groups['count']!.toLowerCase()))
  const fromEnd = groups['end']!.toLowerCase() === 'last'
  return Array.from({length: count}, (_, index) => (fromEnd ? index - count : index + 1))
}

function placesIn(text: string): number[] {
  const words = text.toLowerCase().match(new RegExp(`second (?:to )?last|${PLACE}`, 'gu')) ?? []
  return words.map((word) => {
    if (word === 'last' || word === 'bottom') return -1
    if (word === 'top') return 1
    return word.endsWith('last') ? -2 : ordinalNumber(word)
  })
}

/** Without quotes and what only says that it is a task. */
const titleOf = (text: string): string => {
  const bare = text.replace(/^(?:the |my )?(?:task|todo|item)(?: called| named)? (?=\S)/iu, '').replace(/ task$/iu, '')
  return bare.replace(/^"(.*)"$/u, '$1').replace(/^'(.*)'$/u, '$1')
}
