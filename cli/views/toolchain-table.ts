import type {FoundProgram} from '../operations/find-toolchain.ts'
import type {Output} from '../output.ts'

export interface ProgramJson {
  readonly program: string
  readonly needed: boolean
  readonly version: string | null
  readonly from: string | null
  readonly path: string | null
  readonly size_bytes: number | null
  readonly problem: string | null
}

export const programJson = ({program, needed, version, from, path, size, problem}: FoundProgram): ProgramJson => ({
  program,
  needed,
  version,
  from,
  path,
  size_bytes: size,
  problem,
})

const FROM = {path: 'PATH', release: 'release', registry: 'registry'} as const

export function printPrograms(out: Output, programs: readonly FoundProgram[]): void {
  out.table(
    [
      {title: 'PROGRAM', text: ({program}) => program},
      {title: 'VERSION', text: ({version, needed}) => version ?? (needed ? 'missing' : 'not there')},
      {title: 'FROM', text: ({from}) => (from === null ? '' : FROM[from])},
      {title: 'SIZE', text: ({size}) => (size === null ? '' : megabytes(size)), align: 'right'},
      {title: 'PATH', text: ({path, problem}) => path ?? problem ?? '', atLeast: 20},
    ],
    programs,
  )
  if (programs.some(({path, needed}) => path === null && needed))
    out.note('', 'todo5 toolchain install        gets what is missing')
}

const megabytes = (bytes: number): string => (bytes < 1e5 ? '< 0.1 MB' : `${(bytes / 1e6).toFixed(1)} MB`)
