import type {CliError} from '../../errors.ts'
import type {ResourceChange} from '../../tools/terraform.ts'
import {changesText} from './changes.ts'

export interface SummaryFacts {
  /** Such as oke-production. */
  readonly name: string
  /** Undefined: Terraform was not asked. */
  readonly changes: readonly ResourceChange[] | undefined
}

export interface SummaryOfDeploy {
  readonly image: string | null
  readonly revision: number
  readonly seconds: number
  readonly endpoint?: string
}

/** For GITHUB_STEP_SUMMARY: what was deployed. Markdown, ending with a line break. */
export const summaryOfDeploy = (facts: SummaryFacts, {image, revision, seconds, endpoint}: SummaryOfDeploy): string =>
  lines(`### ✅ ${facts.name} runs ${image === null ? 'todo5' : code(image)}`, [
    ['revision', `${revision}, verified and noted as good`],
    ...infrastructure(facts),
    ...(endpoint === undefined ? [] : [['reached at', endpoint] as const]),
    ['took', clock(seconds)],
  ])

/** What failed and why, and what runs now: both are in what the failure says. */
export function summaryOfFailure(facts: SummaryFacts, {message, code: name, hints, excerpt}: CliError): string {
  const head = name === 'rolled_back' ? `### ↩️ ${facts.name} went back` : `### ❌ ${facts.name}: the deploy failed`
  const said = excerpt.length === 0 ? [] : ['', '```text', ...excerpt.map((line) => line.trimEnd()), '```']
  const next =
    hints.length === 0 ? [] : ['', 'Next:', '', ...hints.map((hint) => `- ${code(hint.replace(/ {2,}.*$/u, ''))}`)]
  return [lines(head, [...infrastructure(facts), ['error', code(name)]]), message, ...said, ...next, ''].join('\n')
}

const infrastructure = ({changes}: SummaryFacts): (readonly [string, string])[] =>
  changes === undefined ? [] : [['Terraform', changesText(changes)]]

const lines = (head: string, facts: readonly (readonly [string, string])[]): string =>
  [head, '', '| | |', '|---|---|', ...facts.map(([name, text]) => `| ${name} | ${text} |`), '', ''].join('\n')

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
