import {MAIL_ADDRESS} from '../services/contracts/mail-address.ts'
import {usageError} from './errors.ts'

/** Null for none. */
export function mailAddress(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  if (MAIL_ADDRESS.test(text)) return text
  throw usageError(`"${text}" is no mail address.`, 'invalid_value', '--mail-to you@example.com')
}
