import {z} from 'zod'

// Control characters have no place in a title; they also carry header and terminal injection.
// eslint-disable-next-line no-control-regex -- the control characters are what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/u
// eslint-disable-next-line no-control-regex -- as above, but line breaks and tabs are text in a description
const CONTROL_EXCEPT_LINES = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/u
const LONE_SURROGATE = /\p{Surrogate}/u

const wellFormed = (text: string): boolean => !LONE_SURROGATE.test(text)

/** One line of text, trimmed, at most `max` characters. */
export const lineOfText = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !CONTROL.test(text), 'must not contain control characters or line breaks')
    .refine(wellFormed, 'must be well-formed Unicode')

/** Text of several lines, at most `max` characters; may be empty. */
export const linesOfText = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .refine((text) => !CONTROL_EXCEPT_LINES.test(text), 'must not contain control characters')
    .refine(wellFormed, 'must be well-formed Unicode')
