/** A URL that may be shown: without its password. */
export function hiddenPassword(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null) return 'a URL that cannot be read'
  if (parsed.password !== '') parsed.password = '***'
  return parsed.href
}
