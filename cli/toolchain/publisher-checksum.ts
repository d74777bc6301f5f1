const DIGITS = {sha256: 64, sha512: 128} as const

/**
 * The checksum of `name` in a publisher's file, in small letters. Three forms are in use: only the digits, a line
 * `<digits>  <name>` for each file, and what gpg prints: `<name>: ABCD 0123 …`, over several lines.
 */
export function publisherChecksum(text: string, name: string, algorithm: keyof typeof DIGITS): string | undefined {
  const count = DIGITS[algorithm]
  const isDigest = (word: string): boolean => word.length === count && /^[\da-f]+$/iu.test(word)
  for (const line of text.split('\n')) {
    const [digits = '', file] = line.trim().split(/\s+/u)
    if (isDigest(digits) && (file === undefined || file.replace(/^\*/u, '').replace(/^.*\//u, '') === name))
      return digits.toLowerCase()
  }
  const start = text.indexOf(`${name}:`)
  const spread = start === -1 ? '' : text.slice(start + name.length + 1).replaceAll(/\s+/gu, '')
  return isDigest(spread) ? spread.toLowerCase() : undefined
}
