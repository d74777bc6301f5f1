import type {Scope} from '../../../../contracts/scope.ts'

interface Reach {
  /** "26 Nov": the open occurrence, in the user's zone. */
  readonly from: string
  /** Past occurrences that are done. */
  readonly done: number
}

/** What the button says: it carries the scope. */
export function saveLabel(scope: Scope, {from}: Pick<Reach, 'from'>): string {
  if (scope === 'this') return `Save for this one (${from})`
  return scope === 'following' ? `Save for this and later (from ${from})` : 'Save for all, done ones too'
}

/** What the button leaves alone. */
export function scopeNote(scope: Scope, {done}: Pick<Reach, 'done'>): string {
  if (scope === 'this') return 'The ones after it stay as they are.'
  const ones = done === 1 ? '1 done one' : `${done} done ones`
  if (done === 0) return scope === 'all' ? 'Nothing is done yet.' : ''
  return scope === 'following'
    ? `${ones} ${done === 1 ? 'stays' : 'stay'}.`
    : `${ones} ${done === 1 ? 'gets' : 'get'} the new text too.`
}
