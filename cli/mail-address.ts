import {usageError} from './errors.ts'

/** One plain address; the mail server decides whether it exists. Null for none. */
export function mailAddress(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  if (/^[^\s<>()[\]\\,;:"@]{1,64}@[^\s<>()[\]\\,;:"@]{1,189}$/u.test(text)) return text
  throw usageError(`"${text}" is no mail address.`, 'invalid_value', '--mail-to you@example.com')
}
