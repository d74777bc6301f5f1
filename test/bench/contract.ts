/** What a folder NAME with a bench.ts gives, how it is found, and where its results are stored. */
import {existsSync, globSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {packagePath} from '../../services/package-root.ts'
import type {Surroundings} from './surroundings.ts'

export interface Report extends Surroundings {
  /** Name of the folder. */
  readonly bench: string
  /** Where one bench has several results: what tells this one from the others, as in `pipeline-local`. */
  readonly variant?: string
}

/** A result in docs/bench. */
export interface StoredReport extends Report {
  readonly command: string
}

export interface Bench {
  /** One line: the options, and the minutes that it takes. */
  readonly usage: string
  /**
   * Measures; bounded in time, on the loopback address only. Reads its own options with a strict parseArgs, and ends all that it
   * has started.
   */
  run(args: readonly string[]): Promise<Report>
  /** Markdown that reads well in a terminal too: tables, then `aims(…)`. Heading and surroundings come before it. */
  print(report: Report): string
  /** Ends what `run` has started; `run` may throw then. */
  stop(): Promise<void>
}

export const RESULTS = packagePath('docs', 'bench')

const fileOf = (name: string): string => join(import.meta.dirname, name, 'bench.ts')

export const benchNames = (): string[] =>
  globSync('*/bench.ts', {cwd: import.meta.dirname})
    .map((file) => dirname(file))
    .toSorted()

/** undefined when there is none of this name. */
export async function findBench(name: string): Promise<Bench | undefined> {
  if (!/^[a-z-]+$/u.test(name) || !existsSync(fileOf(name))) return undefined
  return (await import(pathToFileURL(fileOf(name)).href)) as Bench
}

export const resultName = ({bench, variant}: Report): string =>
  variant === undefined ? `${bench}.json` : `${bench}-${variant}.json`
