import type {Loss} from './portable-task.ts'

const MAX_TITLE = 500
const MAX_DESCRIPTION = 10_000
const MAX_TAGS = 50
const MAX_TAG = 50

interface RawTask {
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
}

interface FittedTask extends RawTask {
  readonly losses: Loss[]
}

/**
 * Texts of another program in the bounds of todo5: a title is one line of 500 characters, its rest goes to the description;
 * a tag has letters, digits, - and _. What is changed by that is named.
 */
export function fitTask({title, description, tags}: RawTask): FittedTask {
  const losses: Loss[] = []
  const line = oneLine(title)
  const short = cut(line, MAX_TITLE)
  const more: string[] = []
  if (/[\n\r]/u.test(title.trim())) {
    losses.push({what: 'line breaks of the title', why: 'a title is one line; the whole text is in the description'})
    more.push(title.trim())
  } else if (short !== line) {
    losses.push({
      what: 'the end of the title',
      why: `a title has at most ${MAX_TITLE} characters; all of it is in the description`,
    })
    more.push(title.trim())
  }
  const text = withoutControls([...more, description].filter((part) => part !== '').join('\n\n'))
  const kept = cut(text, MAX_DESCRIPTION)
  if (kept !== text)
    losses.push({what: 'the end of the description', why: `a description has at most ${MAX_DESCRIPTION} characters`})
  return {title: short, description: kept, tags: fitTags(tags, losses), losses}
}

function fitTags(tags: readonly string[], losses: Loss[]): string[] {
  const fitted = [...new Set(tags.map((tag) => tagOf(tag)).filter((tag) => tag !== ''))]
  for (const tag of tags) {
    const now = tagOf(tag)
    if (now === '') losses.push({what: `tag ${JSON.stringify(tag)}`, why: 'a tag has letters, digits, - and _'})
    else if (now !== tag)
      losses.push({what: `tag ${JSON.stringify(tag)}`, why: `a tag has letters, digits, - and _: it is ${now} now`})
  }
  if (fitted.length > MAX_TAGS)
    losses.push({what: `${fitted.length - MAX_TAGS} tags`, why: `a task has at most ${MAX_TAGS}`})
  return fitted.slice(0, MAX_TAGS)
}

/** The nearest tag to a name; empty when nothing of it can stand in one. */
export const tagOf = (name: string): string =>
  cut(name.replaceAll(/^[^\p{L}\p{N}_-]+|[^\p{L}\p{N}_-]+$/gu, '').replaceAll(/[^\p{L}\p{N}_-]+/gu, '-'), MAX_TAG)

const withoutControls = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- what the HTTP API refuses in a description
  text.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/gu, ' ')

const oneLine = (text: string): string =>
  text
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- what the HTTP API refuses in a title
    .replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/gu, ' ')
    .trim()

/** By UTF-16 units, as the API counts, and never within a character. */
function cut(text: string, max: number): string {
  const well = text.toWellFormed()
  if (well.length <= max) return well
  const end = /[\uD800-\uDBFF]/u.test(well.slice(max - 1, max)) ? max - 1 : max
  return well.slice(0, end).trimEnd()
}
