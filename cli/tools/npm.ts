/** The arguments of npm that todo5 uses. */

export const NPM = 'npm'

/** Packs the package of a folder as it would be published. */
export const packArgs = (folder: string, into: string): string[] => [
  'pack',
  folder,
  '--ignore-scripts',
  '--silent',
  '--pack-destination',
  into,
]

/**
 * Installs what the package of the working folder needs in production on another platform, by the lock file if there is
 * one. No script of a package runs.
 */
export const installArgs = (cpu: 'x64' | 'arm64', locked: boolean): string[] => [
  locked ? 'ci' : 'install',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--os=linux',
  `--cpu=${cpu}`,
  '--libc=glibc',
]
