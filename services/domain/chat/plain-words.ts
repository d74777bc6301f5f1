/** What is looked at for a command; longer messages are tasks. */
const LONGEST_COMMAND = 300

const POLITE =
  /^(?:(?:hey|hi|hello|ok|okay|so|well|and|then|now|also|please|pls|kindly|todo5|(?:can|could|would|will) you(?: please)?|i(?: would|'d)? (?:like|want) (?:you )?to|let's|just|go ahead and)[,:]? )+/iu
const THANKS = /(?:,? (?:please|pls|thanks|thank you|thx|for me|again please|now))+$/iu

/** One line with single spaces, straight quotes. */
export const tidied = (text: string): string =>
  text
    .slice(0, 10_000)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/[‘’]/gu, "'")
    .replaceAll(/[“”]/gu, '"')
    .trim()

/** A message without politeness and the full stop, when it is short enough to be a command; else null. */
export function commandOf(text: string): string | null {
  if (text.length > LONGEST_COMMAND) return null
  const polite = POLITE.exec(`${text} `)?.[0] ?? ''
  // "could you add it?" asks for no answer.
  const ends = /\byou\b/iu.test(polite) ? /[ .!?…]+$/u : /[ .!…]+$/u
  const bare = text.replace(ends, '').replace(THANKS, '')
  const rest = bare.slice(polite.length).replace(ends, '')
  // "please" alone asks for nothing, and is no command either.
  return rest === '' ? bare : rest
}

/** A pattern over a whole command, letters of any case. */
export const whole = (source: string): RegExp => new RegExp(`^(?:${source})$`, 'iu')
