// Reading TypeScript declarations and generated JavaScript as text.

/** What is between the braces that open at or after `from`. */
export function braces(text, from) {
  let depth = 0
  let at = text.indexOf('{', from)
  const start = at
  do {
    if (text[at] === '{') depth++
    else if (text[at] === '}') depth--
    at++
  } while (depth > 0)
  return text.slice(start + 1, at - 1)
}

/** The body of what `head` matches, without comments; undefined when there is none. */
export function bodyOf(text, head) {
  const at = text.search(head)
  return at < 0 ? undefined : braces(text, at).replace(/\/\*\*[\s\S]*?\*\//gu, '')
}

/** Members of an interface or class: name, whether it may be left out, and its type as text. */
export function members(body) {
  const found = []
  let depth = 0
  let current = ''
  for (const letter of body) {
    if ('{<(['.includes(letter)) depth++
    if ('}>)]'.includes(letter)) depth--
    if (letter === ';' && depth === 0) {
      found.push(current.trim())
      current = ''
    } else current += letter
  }
  return found
    .map((member) => /^(?:readonly )?(\w+)(\??): ([\s\S]*)$/u.exec(member))
    .filter(Boolean)
    .map(([, name, mark, type]) => ({name, optional: mark === '?', type: type.trim()}))
}
