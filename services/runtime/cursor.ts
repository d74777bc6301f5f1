import {invalidRequest} from '../domain/errors.ts'

/** Where a page ended: the sort key of its last row, and its id. */
export interface Cursor {
  readonly at: Date | null
  readonly id: number
}

/** As toISOString() writes the years that todo5 knows; PostgreSQL refuses others that JavaScript takes. */
const GIVEN_OUT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/u

export const encodeCursor = ({at, id}: Cursor): string =>
  Buffer.from(JSON.stringify([at?.toISOString() ?? null, id])).toString('base64url')

export function decodeCursor(text: string): Cursor {
  try {
    const [at, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown]
    const date = typeof at === 'string' && GIVEN_OUT.test(at) ? new Date(at) : null
    if (Number.isSafeInteger(id) && (at === null || (date && date.getTime() >= 0))) return {at: date, id: id as number}
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error
  }
  throw invalidRequest([
    {
      field: 'cursor',
      code: 'invalid_cursor',
      message: 'cursor is not one that todo5 gave out.',
      hint: 'Begin without a cursor.',
    },
  ])
}
