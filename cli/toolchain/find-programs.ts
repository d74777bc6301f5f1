import {join} from 'node:path'
import {sizeOf} from './folder-size.ts'
import {findKept} from './kept-bundle.ts'
import {lookOnPath, type OnPath} from './on-path.ts'
import {ALL_BUNDLES, type Bundle, BUNDLES, placeOf, type ProgramName} from './program-table.ts'
import type {Origin, Toolchain, Way} from './toolchain.ts'

export interface FoundProgram {
  readonly program: ProgramName
  readonly needed: boolean
  readonly version: string | null
  readonly from: Origin | null
  /** Absolute; of kafka the folder of its jars, of zipkin its jar. Null = it is not there. */
  readonly path: string | null
  /** Bytes on the disk. */
  readonly size: number | null
  /** Why what was found is of no use. */
  readonly problem: string | null
}

/** Looks on the PATH, then in the toolchain folder. Changes nothing. */
export async function findPrograms(toolchain: Toolchain, signal?: AbortSignal): Promise<FoundProgram[]> {
  const found = await Promise.all(ALL_BUNDLES.map(async (bundle) => await findBundle(bundle, toolchain, {signal})))
  return found.flat()
}

/** With `only`, what came another way does not count: neither the PATH nor what was kept. */
export async function findBundle(
  bundle: Bundle,
  toolchain: Toolchain,
  {signal, only}: {signal?: AbortSignal | undefined; only?: Way | undefined} = {},
): Promise<FoundProgram[]> {
  const {programs, needed} = BUNDLES[bundle]
  const seen: OnPath = only === undefined || bundle === 'java' ? await lookOnPath(bundle, toolchain, signal) : {}
  // Promtool may lack where Prometheus is on the PATH.
  const whole = programs.every((program) => seen.good?.paths[program] !== undefined)
  const kept = whole ? undefined : await findKept(bundle, toolchain, only)
  return await Promise.all(
    programs.map(async (program): Promise<FoundProgram> => {
      const onPath = seen.good?.paths[program]
      const path = onPath ?? (kept && join(kept.folder, placeOf(program, toolchain.platform)))
      if (path === undefined) {
        return {program, needed, version: null, from: null, path: null, size: null, problem: seen.problem ?? null}
      }
      return {
        program,
        needed,
        version: onPath === undefined ? kept!.version : seen.good!.version,
        from: onPath === undefined ? kept!.from : 'path',
        path,
        size: await sizeOf(path),
        problem: null,
      }
    }),
  )
}
