import type {AtLoginState} from '../at-login/at-login.ts'
import {inWords, ok, type Verdict, warning} from './check.ts'

/** Whether what is started at login can be started: it names programs by their paths. */
export function checkAtLogin(states: readonly (AtLoginState & {readonly target: 'local' | 'host'})[]): Verdict {
  const on = states.filter(({file}) => file !== null)
  if (on.length === 0) return ok('nothing is started at login')
  const broken = on.filter(({missing}) => missing.length > 0)
  if (broken.length === 0) return ok(`${inWords(on.map(({target}) => target))} at login`)
  return warning(`${inWords(broken.map(({target}) => target))} cannot be started at login`, {
    details: broken.map(({file, missing}) => `${file} needs ${missing.join(' and ')}, which is not there`),
    next: broken.map(({target}) => `todo5 up${target === 'local' ? '' : ' host'} --at-login        writes it anew`),
  })
}
