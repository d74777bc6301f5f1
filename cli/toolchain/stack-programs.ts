import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {FoundProgram} from './find-programs.ts'
import {BUNDLES, bundleOf, type ProgramName} from './program-table.ts'

/** Where the programs of the real stack lie. All paths are absolute; null = that optional program is not there. */
export interface StackPrograms {
  readonly daprd: string
  readonly scheduler: string
  readonly sentry: string
  /** The folder with Kafka's jars: `java -cp '<kafkaLibs>/*' kafka.Kafka …`. */
  readonly kafkaLibs: string
  /** The `java` program itself, version 17 or newer. */
  readonly java: string
  /** The executable jar of Zipkin: `java -jar <zipkinJar>`. */
  readonly zipkinJar: string | null
  readonly prometheus: string | null
}

/** @throws CliError `programs_missing` (exit 4) that names every needed program which is not there */
export function stackPrograms(found: readonly FoundProgram[]): StackPrograms {
  const missing = found.filter(({path, needed}) => path === null && needed)
  if (missing.length > 0) throw programsMissing(missing)
  const path = (name: ProgramName): string | null => found.find(({program}) => program === name)?.path ?? null
  return {
    daprd: path('daprd')!,
    scheduler: path('scheduler')!,
    sentry: path('sentry')!,
    kafkaLibs: path('kafka')!,
    java: path('java')!,
    zipkinJar: path('zipkin'),
    prometheus: path('prometheus'),
  }
}

export function programsMissing(missing: readonly FoundProgram[]): CliError {
  const names = missing.map(({program}) => program)
  const obtainable = missing.some(({program}) => BUNDLES[bundleOf(program)].release !== undefined)
  const why = missing.flatMap(({program, problem}) => (problem === null ? [] : [`${program}: ${problem}`]))
  return new CliError(`The real stack needs ${names.join(', ')}, and this machine has none that is good.`, {
    code: 'programs_missing',
    exit: EXIT.refused,
    hints: [
      ...(obtainable ? ['todo5 toolchain install        gets what can be got'] : []),
      ...(names.includes('java') ? javaHints() : []),
      ...why,
    ],
  })
}

const javaHints = (): string[] => [
  'Java 17 or newer: apt install openjdk-17-jre-headless · brew install openjdk@21 · https://adoptium.net',
]
