import type {Span} from './quick-add.ts'

/** In place of what has been read, and of what is to be taken literally: characters that mean nothing by themselves. */
const TAKEN = '\uE000'
const LITERAL = '\uE001'

/** Where a word may end: "friday's", "16:9" and "3.5" go on. */
const WORD_END = String.raw`(?=$|[ \uE000]|[,.;:!?)\]]+(?:$|[ \uE000]))`

/** A pattern that begins and ends with a word, to be used with Sentence.match. */
export const phrase = (source: string): RegExp => new RegExp(`(?:${source})${WORD_END}`, 'yu')

/** Words that leave what stands before them complete. */
const CONNECTING =
  'on|at|by|with|for|about|to|and|in|from|after|before|via|until|till|but|because|so|then|or|if|when|re|regarding|remind|nag|every|each|except|starting|without|no|not|due|today|tomorrow|tonight|next|this|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?'
const CLEAR = new RegExp(String.raw` *(?:$|[\uE000,;:!?()&–-]|\.(?:$| )|(?:${CONNECTING})\b|\d{1,6} times)`, 'yu')
const ARTICLE =
  /(?:^|[ (])(?:the|a|an|my|his|her|our|their|your|of|this|that|black|good|ash|palm|easter|cyber|fat|ruby|freaky)$/u

/**
 * A text while it is being read. `plain` has the same length: ASCII letters in lower case, spaces of every kind as one,
 * quoted and escaped words as marks that nothing matches.
 */
export class Sentence {
  readonly text: string
  #plain: string
  /** Places of the backslashes that escape a word. */
  readonly escapes: readonly number[]
  readonly #starts: readonly number[]

  constructor(text: string) {
    this.text = text
    const {plain, escapes} = withoutLiterals(text)
    this.#plain = plain
    this.escapes = escapes
    this.#starts = [...plain.matchAll(/(?<=^|[ ([])[^ ([]/gu)].map(({index}) => index)
  }

  get plain(): string {
    return this.#plain
  }

  /** Where words begin, those that have been read left out. */
  *starts(): Generator<number> {
    for (const start of this.#starts) if (this.#plain[start] !== TAKEN && this.#plain[start] !== LITERAL) yield start
  }

  /** The match of a `phrase` at this place. */
  match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at
    return pattern.exec(this.#plain)
  }

  /** Nothing else is to be read here. */
  take({start, end}: Span): void {
    this.#plain = this.#plain.slice(0, start) + TAKEN.repeat(end - start) + this.#plain.slice(end)
  }

  /** Whether a phrase that ends here is not the beginning of something longer, as "weekly" in "weekly report". */
  isClearAfter(end: number): boolean {
    CLEAR.lastIndex = end
    return CLEAR.test(this.#plain)
  }

  /** Whether nothing but what has been read stands before. */
  isFirst(start: number): boolean {
    return start < 200 && this.#plain.slice(0, start).replaceAll(TAKEN, '').trim() === ''
  }

  /** Whether a word before it makes it a part of a name or a noun: "the friday meeting", "edge of tomorrow". */
  isNoun(start: number): boolean {
    return ARTICLE.test(this.#plain.slice(Math.max(0, start - 12), start).trimEnd())
  }

  /** As written, a span of the text. */
  typed({start, end}: Span): string {
    return this.text.slice(start, end)
  }

  /** What to write so that these words stay in the title. */
  escaped(span: Span): string {
    return this.typed(span).replaceAll(/\S+/gu, String.raw`\$&`)
  }
}

/** Marks that turn the direction of writing or have no width, and spaces of every kind. */
const BLANK = /[\s\p{Cc}\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu
const LITERALS = /(?<=^|[ (])(?:"[^"]*"(?=$|[ ,.;:!?)])|`[^`]*`(?=$|[ ,.;:!?)])|\\[^ ]+)/gu

function withoutLiterals(text: string): {plain: string; escapes: number[]} {
  const even = text
    .replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase())
    .replaceAll(BLANK, ' ')
    .replaceAll(/[“”„]/gu, '"')
    .replaceAll(/[‘’]/gu, "'")
    .replaceAll(/[\uE000\uE001]/gu, ' ')
  const escapes: number[] = []
  const plain = even.replaceAll(LITERALS, (literal: string, at: number) => {
    if (literal.startsWith('\\')) escapes.push(at)
    return LITERAL.repeat(literal.length)
  })
  return {plain, escapes}
}
