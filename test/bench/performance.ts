/** docs/performance.md of the results in docs/bench, and the part of docs/reliability.md that shows runs of chaos. */
import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import * as chaos from '../chaos/report.ts'
import {type Bench, findBench, resultName, RESULTS, type StoredReport} from './contract.ts'
import {printSurroundings} from './surroundings.ts'

type Printer = Pick<Bench, 'print'>

const HERE = import.meta.dirname
const CHAOS = 'chaos'
const BEGIN = '<!-- of docs/bench/chaos-*.json, by npm run generate -->'
const END = '<!-- end of what is generated -->'

export async function performancePage(): Promise<string> {
  const reports = (await storedReports()).filter(({bench}) => bench !== CHAOS)
  const parts = await Promise.all(reports.map(async (report) => part('##', report, await findBench(report.bench))))
  const [head, tried] = await Promise.all(
    ['performance-head.md', 'tried.md'].map(async (name) => (await readFile(join(HERE, name), 'utf8')).trim()),
  )
  return `${[head, ...parts, `## What was tried\n\n${tried}`].join('\n\n')}\n`
}

/** The page with what is between its two marks made anew. */
export async function reliabilityPage(page: string): Promise<string> {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from === -1 || to < from) throw new Error(`docs/reliability.md lacks the marks ${BEGIN} and ${END}`)
  const reports = (await storedReports()).filter(({bench}) => bench === CHAOS)
  const parts = reports.map((report) => part('###', report, chaos as Printer))
  const shown = parts.length === 0 ? 'No run is stored: `npm run chaos -- --save` stores one.' : parts.join('\n\n')
  return `${page.slice(0, from)}${BEGIN}\n\n${shown}\n\n${page.slice(to)}`
}

async function storedReports(): Promise<StoredReport[]> {
  const names = (await readdir(RESULTS)).filter((name) => name.endsWith('.json')).toSorted()
  return await Promise.all(
    names.map(async (name) => {
      const report = JSON.parse(await readFile(join(RESULTS, name), 'utf8')) as StoredReport
      if (resultName(report) !== name) throw new Error(`docs/bench/${name} holds a result of ${resultName(report)}`)
      return report
    }),
  )
}

function part(level: string, report: StoredReport, printer: Printer | undefined): string {
  if (!printer) throw new Error(`docs/bench/${resultName(report)} is a result of a bench that is not there`)
  const heading = report.variant === undefined ? report.bench : `${report.bench}, ${report.variant}`
  return `${level} ${heading}\n\n\`${report.command}\`: ${printSurroundings(report)}.\n\n${printer.print(report).trim()}`
}
