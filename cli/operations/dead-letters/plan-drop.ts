import type {Letter} from './letter.ts'
import type {LeftOut} from './plan-replay.ts'

/** Which of these letters are dropped; about the others something has been done already. */
export function planDrop(letters: readonly Letter[]): {letters: Letter[]; leftOut: LeftOut[]} {
  return {
    letters: letters.filter(({handled}) => handled === null),
    leftOut: letters.flatMap((letter): LeftOut[] =>
      letter.handled === null
        ? []
        : [{letter, code: 'already_handled', reason: `it was ${letter.handled.action} already`}],
    ),
  }
}
