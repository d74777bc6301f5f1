import type {Choice} from '../quick-add/quick-add.ts'
import type {ChatQuestion} from './meaning.ts'
import {commandOf, tidied} from './plain-words.ts'
import {readReference} from './read-reference.ts'

/** What an answer makes of a question: another message to understand, nothing, or null when it is no answer. */
export type Answered = {readonly kind: 'message'; readonly text: string} | {readonly kind: 'dropped'} | null

const DROPPED =
  /^(?:no|nope|none|neither|none of (?:them|these|those)|cancel|never ?mind|forget it|stop|nothing|leave it|not now)$/iu

/**
 * An answer is the place or the text of a choice; with words that only one of them has it is that one. A question without
 * choices takes any words.
 */
export function answerQuestion(text: string, question: ChatQuestion): Answered {
  const said = tidied(text)
  const answer = commandOf(said) ?? said
  if (DROPPED.test(answer)) return {kind: 'dropped'}
  const chosen = chosenOf(answer, question.choices)
  if (chosen) return {kind: 'message', text: chosen.write}
  if (question.fill && question.choices.length === 0)
    return {kind: 'message', text: `${question.fill.before}${said}${question.fill.after}`}
  return null
}

function chosenOf(answer: string, choices: readonly Choice[]): Choice | undefined {
  if (choices.length === 0) return undefined
  if (choices.length === 1 && /^(?:y|yes|yep|yeah|sure|ok|okay|that one|right)$/iu.test(answer)) return choices[0]
  const place = placeOf(answer)
  if (place !== null) return choices.at(place)
  const plain = plainOf(answer)
  if (plain === '') return undefined
  const exact = choices.filter(({write, means}) => plainOf(write) === plain || plainOf(means) === plain)
  if (exact.length === 1) return exact[0]
  const part = choices.filter(({write, means}) => ` ${plainOf(write)} ${plainOf(means)} `.includes(` ${plain} `))
  return part.length === 1 ? part[0] : undefined
}

/** For Array.at; null when it is no place. */
function placeOf(answer: string): number | null {
  const reference = readReference(answer)
  const found =
    reference?.kind === 'places' ? reference.places : reference?.kind === 'numbers' ? reference.numbers : undefined
  if (found?.length !== 1) return null
  const [place] = found
  return place! > 0 ? place! - 1 : place!
}

const plainOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}:]+/gu, ' ')
    .trim()
