/** Where to go after signing in: a page of this app, never an address that somebody else wrote into a link. */
export function wayBack(to: string | null): string {
  if (to === null || !/^\/(?![/\\])/u.test(to) || /[\\\t\r\n]/u.test(to)) return '/'
  const {origin, pathname, search} = new URL(to, 'http://here.invalid')
  return origin === 'http://here.invalid' && pathname !== '/sign-in' ? pathname + search : '/'
}

/** The token of a link: it stands behind the #, which browsers send to nobody. */
export function tokenOf(hash: string, name?: string): string | undefined {
  const text = hash.replace(/^#/u, '')
  if (name === undefined) return /^[\w-]{1,200}$/u.test(text) ? text : undefined
  const token = new URLSearchParams(text).get(name)
  return token !== null && /^[\w-]{1,200}$/u.test(token) ? token : undefined
}

/** `ABCD-EFGH`, however it was typed. */
export function shownCode(typed: string): string {
  const plain = typed
    .replace(/[^a-z0-9]/giu, '')
    .toUpperCase()
    .slice(0, 8)
  return plain.length > 4 ? `${plain.slice(0, 4)}-${plain.slice(4)}` : plain
}
