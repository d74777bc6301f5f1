import {mkdirSync, renameSync, rmSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {destination} from 'pino'
import type {LogDestination} from '../runtime/logger.ts'

/** Some 40,000 lines. */
const ROTATE_AT_BYTES = 10 * 1024 * 1024
const KEPT = 3

export const logFile = (stateDir: string): string => join(stateDir, 'logs', 'todo5.log')

/** The names of the file's generations, newest first; any of them may be missing. */
export const logGenerations = (file: string): string[] => [
  file,
  ...Array.from({length: KEPT}, (_, index) => `${file}.${index + 1}`),
]

/**
 * Lines to a file for its owner's eyes, written at once so that the last words of a killed process are there; a file
 * that is full becomes `<file>.1`, that one `.2`, and so on, when the process starts and while it runs.
 */
export function openLogFile(file: string, rotateAtBytes = ROTATE_AT_BYTES): LogDestination & {close(): void} {
  mkdirSync(dirname(file), {recursive: true, mode: 0o700})
  let size = statSync(file, {throwIfNoEntry: false})?.size ?? 0
  if (size >= rotateAtBytes) {
    rotate(file)
    size = 0
  }
  const stream = destination({dest: file, append: true, sync: true, mode: 0o600})
  return {
    write(line) {
      stream.write(line)
      size += Buffer.byteLength(line)
      if (size < rotateAtBytes) return
      rotate(file)
      stream.reopen(file)
      size = 0
    },
    close: () => stream.end(),
  }
}

/** From the oldest on: each name is free before it is taken. */
function rotate(file: string): void {
  const names = logGenerations(file)
  rmSync(names.at(-1)!, {force: true})
  for (let index = names.length - 2; index >= 0; index--) {
    if (statSync(names[index]!, {throwIfNoEntry: false})) renameSync(names[index]!, names[index + 1]!)
  }
}
