import type {ThreadResponse} from '../../services/contracts/chat.ts'
import {harmlessLine} from '../harmless-text.ts'
import type {Output} from '../output.ts'
import type {Column} from '../table.ts'
import {clock, plainDue, shortDate} from '../time/show-time.ts'
import type {TimeView} from './task-lines.ts'

/** Conversations, one a line, each with the number that `/open` takes, or with the id that `--thread` takes. */
export function printThreads(
  out: Output,
  threads: readonly ThreadResponse[],
  {zone, now}: TimeView,
  by: 'number' | 'id',
): void {
  const used = ({updated_at}: ThreadResponse): string => {
    const at = Date.parse(updated_at)
    return out.isTTY ? `${shortDate(at, now, zone)} ${clock(at, zone)}` : plainDue({at, hasTime: true}, zone)
  }
  const number: Column<ThreadResponse> = {
    title: '#',
    text: (thread) => String(threads.indexOf(thread) + 1),
    align: 'right',
  }
  const name: Column<ThreadResponse> = by === 'number' ? number : {title: 'ID', text: ({id}) => id}
  const title: Column<ThreadResponse> = {
    title: 'CONVERSATION',
    text: (thread) => harmlessLine(thread.title),
    atLeast: 20,
  }
  out.table([name, {title: 'USED', text: used}, title], threads)
}
