import {Eta} from 'eta'
import {packagePath} from '../../package-root.ts'

const views = packagePath('templates', 'mail')

// HTML escapes all that is put in; text has nothing to escape.
export const htmlTemplates = new Eta({views, autoEscape: true, cache: true})
export const textTemplates = new Eta({views, autoEscape: false, cache: true})

/** So that no mailbox answers with "I am on holiday". */
export const AUTOMATIC: Readonly<Record<string, string>> = {'Auto-Submitted': 'auto-generated'}
