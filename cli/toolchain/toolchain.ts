/** What the toolchain works with: built in cli/composition.ts, or by a test. */
export interface Toolchain {
  /** Absolute; holds one folder per bundle and version. Need not exist. */
  readonly folder: string
  /** PATH, as the programs that are run get it, too. */
  readonly searchPath: string
  readonly javaHome: string | undefined
  readonly platform: NodeJS.Platform
  readonly arch: string
  /** Where releases come from in place of their publishers: `<mirror>/dapr/…`, `<mirror>/kafka/…`. */
  readonly mirror: string | undefined
  /** One may install at a time; undefined when somebody else does. The folder exists. */
  takeLock(options: {waitMs: number; signal?: AbortSignal}): Promise<{release(): void} | undefined>
}

/** How a program got here. `path` is a program of the machine, which is left alone. */
export type Origin = 'path' | 'release' | 'registry'
export type Way = Exclude<Origin, 'path'>

export interface Obtaining {
  readonly toolchain: Toolchain
  /** An empty folder to fill. It becomes the folder of the bundle once all is there, else it is removed. */
  readonly into: string
  readonly signal: AbortSignal
  /** What is being done right now. */
  readonly say: (text: string) => void
}
