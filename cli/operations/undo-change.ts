import type {UndoListResponse, UndoResponse} from '../../services/contracts/undo.ts'
import type {HttpCall} from '../client/http-call.ts'
import type {TaskApi} from '../client/task-api.ts'
import {CliError, toCliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {UNDO_LIST} from './refusal-advice.ts'

export type Change = UndoListResponse['changes'][number]

/** The id of a change as it is typed. */
export function changeId(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,14}$/u.test(text)) return text === undefined ? undefined : Number(text)
  throw usageError(`"${text}" is no id of a change.`, 'invalid_ref', UNDO_LIST)
}

/** Without an id the last change. */
export const undoRequest = (id: number | undefined): HttpCall => ({
  method: 'POST',
  path: '/undo',
  body: id === undefined ? {} : {id},
})

/** Takes a change back; a refusal says where to look. */
export async function undoChange(api: TaskApi, id: number | undefined): Promise<UndoResponse> {
  try {
    return await api.send<UndoResponse>(undoRequest(id))
  } catch (error) {
    const {message, code, exit, hints, cause} = toCliError(error)
    const refused = exit === EXIT.refused || exit === EXIT.notFound
    throw new CliError(message, {code, exit, hints: refused ? [...hints, UNDO_LIST] : hints, cause})
  }
}
