import type {HttpCall} from '../client/http-call.ts'
import type {Output} from '../output.ts'

/** What --dry-run prints with --json: the requests in their order, paths from the API's root. */
export interface DryRun {
  readonly dry_run: true
  readonly steps: readonly {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }[]
}

export function printDryRun(out: Output, requests: readonly HttpCall[]): DryRun {
  const steps = requests.map(({method, path, query = {}, headers = {}, body = null}) => {
    const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    return {method, path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`, headers, body}
  })
  for (const {method, path, body} of steps) {
    out.raw(`Would send ${method} ${path}${body === null ? '' : `  ${out.style.dim(JSON.stringify(body))}`}`)
  }
  out.note('Nothing was changed.')
  return {dry_run: true, steps}
}

/** What --dry-run prints with --json where the steps are no requests of the API. */
export interface Steps {
  readonly dry_run: true
  /** As in "would …". */
  readonly steps: readonly string[]
}

export function printWould(out: Output, ...steps: readonly string[]): Steps {
  out.data(...(steps.length === 0 ? ['Nothing to do.'] : steps.map((step) => `Would ${step}.`)))
  out.note('Nothing was changed.')
  return {dry_run: true, steps}
}
