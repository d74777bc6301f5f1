import type {Output} from '../output.ts'

/** `todo5 up --at-login`. */
export function printAtLogin(out: Output, {file, beforeLogin}: {file: string; beforeLogin: boolean | null}): void {
  out.note(`  At login  ${file}`)
  if (beforeLogin === false && file.endsWith('.service'))
    out.note('            also before anybody logs in: loginctl enable-linger')
}

/** `todo5 up --no-at-login`. */
export const printNotAtLogin = (out: Output, removed: readonly string[]): void =>
  out.note(removed.length === 0 ? '  It was not started at login.' : '  It is no longer started at login.')
