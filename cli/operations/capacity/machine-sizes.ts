/** One node of a pool. CPU in thousandths of a core, memory in bytes. */
export interface Machine {
  readonly milliCores: number
  readonly memory: number
}

const GIB = 2 ** 30

/** GiB of memory for each core, by family and by the letters behind the number of cores: l is less, none the usual. */
const AZURE = {B: {usual: 4, l: 2}, D: {usual: 4, l: 2}, E: {usual: 8, l: 8}} as const

/**
 * What `Standard_B2ps_v2` and its like have; undefined for a size that is not known here, such as those whose memory does not
 * follow from their name. B since v2, D and E since v3.
 */
export function azureMachine(size: string): Machine | undefined {
  const {family, cores, letters, version} =
    /^Standard_(?<family>[BDE])(?<cores>\d+)(?<letters>[a-z]*)_v(?<version>\d)$/u.exec(size)?.groups ?? {}
  if (letters === undefined || letters.includes('t') || Number(version) < (family === 'B' ? 2 : 3)) return undefined
  const perCore = AZURE[family as keyof typeof AZURE][letters.includes('l') ? 'l' : 'usual']
  return {milliCores: Number(cores) * 1000, memory: Number(cores) * perCore * GIB}
}

/** GiB of memory for each core. */
const GOOGLE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  e2: {standard: 4, highmem: 8, highcpu: 1},
  n2: {standard: 4, highmem: 8, highcpu: 1},
  n2d: {standard: 4, highmem: 8, highcpu: 1},
  n4: {standard: 4, highmem: 8, highcpu: 2},
  t2d: {standard: 4},
  t2a: {standard: 4},
}

/** What `e2-standard-2` and its like have; undefined for a type that is not known here. */
export function googleMachine(type: string): Machine | undefined {
  const [series = '', kind = '', cores = ''] = type.split('-')
  const perCore = GOOGLE[series]?.[kind]
  if (perCore === undefined || !/^\d+$/u.test(cores)) return undefined
  return {milliCores: Number(cores) * 1000, memory: Number(cores) * perCore * GIB}
}
