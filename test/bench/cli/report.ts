import {type Aim, aims} from '../aim.ts'
import type {Surroundings} from '../surroundings.ts'
import {table} from '../table.ts'

export const LONG_LIST = 10_000

export interface Figures {
  readonly command: string
  /** Means, ms. */
  readonly cpu_ms: number
  readonly control_cpu_ms: number
  readonly ratio: number
}

export interface Report extends Surroundings {
  readonly bench: 'cli'
  readonly rounds: number
  /** The last one is the floor of the one before it. */
  readonly commands: readonly Figures[]
}

const MOST = [1.5, 2.8, 3.5, 3.5]

export function print({rounds, commands}: Report): string {
  const rows = commands.map(({command, cpu_ms: cpu, control_cpu_ms: control, ratio}) => [
    command,
    cpu.toFixed(0),
    control.toFixed(0),
    times(ratio),
  ])
  return [
    `CPU time of a whole process, means of ${rounds} rounds, in turns with \`node -e 0\`.`,
    '',
    table(['command', 'CPU ms', 'node -e 0 ms', 'ratio'], rows),
    '',
    aims(aimsOf(commands)),
  ].join('\n')
}

function aimsOf(commands: readonly Figures[]): Aim[] {
  const [start, long, floor] = commands.slice(-3) as [Figures, Figures, Figures]
  return commands.slice(0, -1).map((figures, at) => ({
    aim: `${figures.command} ≤ ${MOST[at]}× of node -e 0`,
    met: figures.ratio <= MOST[at]!,
    figure: times(figures.ratio),
    ...(figures === long && {
      limit: `the start of a command (${times(start.ratio)}) and reading and parsing ${LONG_LIST.toLocaleString('en')} tasks (bare Node: ${times(floor.ratio)})`,
    }),
  }))
}

const times = (ratio: number): string => `${ratio.toFixed(2)}×`
