const BROWSERS = [
  [/\btodo5\//iu, 'todo5 in a terminal'],
  [/\bEdg\//u, 'Edge'],
  [/\bFirefox\//u, 'Firefox'],
  [/\bOPR\//u, 'Opera'],
  [/Chrome\//u, 'Chrome'],
  [/Safari\//u, 'Safari'],
] as const
const SYSTEMS = [
  [/Android/u, 'Android'],
  [/iPhone|iPad/u, 'iOS'],
  [/Windows/u, 'Windows'],
  [/Mac OS X/u, 'macOS'],
  [/Linux/u, 'Linux'],
] as const

/** "Firefox on Linux", as far as a user agent tells. */
export function deviceName(userAgent: string): string {
  const named = (names: readonly (readonly [RegExp, string])[]): string | undefined =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [browser, system] = [named(BROWSERS), named(SYSTEMS)]
  if (browser && system) return `${browser} on ${system}`
  return browser ?? system ?? 'Another program'
}
