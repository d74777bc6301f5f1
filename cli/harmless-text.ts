/** Breaks of lines and the joiner of emoji stay; what else has no shape can move the cursor or turn the line around. */
const SHAPELESS = /[^\P{C}\n\u200D]/gu

/** Text of elsewhere for a terminal: one space for each character that could do something there. */
export const harmless = (text: string): string => text.replaceAll(/\r\n/gu, '\n').replaceAll(SHAPELESS, ' ')

/** The same as one line. */
export const harmlessLine = (text: string): string => harmless(text).replaceAll(/\s+/gu, ' ').trim()
