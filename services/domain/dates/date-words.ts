import {monthOf, weekdayOf} from '../recurrence/vocabulary.ts'

/** Days of the week and months as they are written in regular expressions, long forms first. */
export const WEEKDAY =
  '(?:monday|mon|tuesday|tues|tue|wednesday|weds|wed|thursday|thurs|thur|thu|friday|fri|saturday|sat|sunday|sun)'
export const MONTH =
  '(?:january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|october|oct|november|nov|december|dec)'

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']
export const ORDINAL = String.raw`(?:\d{1,2}(?:st|nd|rd|th)|${ORDINALS.join('|')})`

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

/** `7th`, `seventh` or `7` → 7. */
export const ordinalNumber = (word: string): number =>
  ORDINALS.includes(word) ? ORDINALS.indexOf(word) + 1 : Number.parseInt(word, 10)

/** `two weeks` → `2 weeks` */
export const spelledOut = (text: string): string =>
  text.replaceAll(/[a-z]+/gu, (word) => (NUMBERS.includes(word) ? String(NUMBERS.indexOf(word) + 1) : word))

/** 1…12 of a word that MONTH matched. */
export const monthNumber = (word: string): number => monthOf(word.toLowerCase())!
/** 0…6 from Monday, of a word that WEEKDAY matched. */
export const weekdayNumber = (word: string): number => weekdayOf(word.toLowerCase())!
