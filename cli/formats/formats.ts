/** What `todo5 import` reads; what it writes is in operations/export-tasks.ts. */
export const IMPORT_FORMATS = ['json', 'csv', 'ics', 'todotxt', 'taskwarrior', 'todoist-csv'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

export interface GuessedFormat {
  readonly format: ImportFormat
  /** What it was seen by, for a person: `its first line`. */
  readonly by: string
}

/** What a file is, by what stands in it, and where that says nothing by its name; undefined for neither. */
export function guessFormat(name: string, text: string): GuessedFormat | undefined {
  const start = text.replace(/^\uFEFF/u, '').trimStart()
  const head = start.slice(0, start.search(/[\r\n]|$/u))
  if (/^BEGIN:VCALENDAR\b/iu.test(start)) return {format: 'ics', by: 'its first line'}
  if (/^["']?TYPE["']?[,;\t]["']?CONTENT\b/u.test(head)) return {format: 'todoist-csv', by: 'its columns'}
  if (/^[[{]/u.test(start)) {
    const own = /^\{\s*"version"\s*:/u.test(start)
    return own ? {format: 'json', by: 'its first field'} : {format: 'taskwarrior', by: 'its JSON'}
  }
  const ending = /\.([a-z]+)$/iu.exec(name)?.[1]?.toLowerCase()
  if (ending === 'csv' || ending === 'tsv') return {format: 'csv', by: 'its name'}
  if (/(?:^|[,;\t])["']?title["']?(?:[,;\t]|$)/iu.test(head)) return {format: 'csv', by: 'its columns'}
  if (ending === 'txt') return {format: 'todotxt', by: 'its name'}
  return undefined
}
