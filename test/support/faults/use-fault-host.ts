import {afterAll, beforeAll} from 'vitest'
import {HostTarget, type HostTargetOptions} from '../stack/host-target.ts'
import {FaultHost} from './fault-host.ts'

const minute = 60_000
/** Bringing all of it up, on a machine that has a lot else to do. */
const UP_WITHIN_MS = 10 * minute
/** A test that breaks something, waits until all is well again and looks at everything. */
export const FAULT_TEST = {timeout: 15 * minute} as const

/**
 * Gives a test file one host target with users; answers with how to get it, once the tests run. `options` are asked for
 * before it is made; what they have to ask of it when it starts, they ask of `target`.
 */
export function useFaultHost(
  options: (target: () => HostTarget) => Promise<HostTargetOptions> = async () => ({}),
): () => FaultHost {
  let target: HostTarget | undefined
  let host: FaultHost | undefined
  beforeAll(async () => {
    target = await HostTarget.create(await options(() => target!))
    host = await FaultHost.start(target)
  }, UP_WITHIN_MS)
  afterAll(async () => await target?.dispose())
  return () => host!
}
