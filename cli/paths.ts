import {isAbsolute, join, resolve} from 'node:path'

/** The folders of one user (or, as root, of the machine). None of them needs to exist. */
export interface Paths {
  /** What a person may edit. */
  readonly config: string
  /** What is running: pids, ports, credentials, logs. */
  readonly state: string
  /** What must not be lost: the database. */
  readonly data: string
  /** Programs that were downloaded or built; all of it can be had again. */
  readonly toolchain: string
}

export interface PathSources {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: NodeJS.Platform
  /** Undefined on Windows. */
  readonly uid: number | undefined
}

/**
 * XDG directories; `TODO5_HOME` overrides all, `TODO5_TOOLCHAIN` the folder of programs. Root keeps state and data in /var/lib/todo5, because the unprivileged
 * account that PostgreSQL runs as cannot reach a home such as /root.
 */
export function resolvePaths({env, home, platform, uid}: PathSources): Paths {
  const chosen = env['TODO5_TOOLCHAIN']
  const withToolchain = (paths: Omit<Paths, 'toolchain'>, otherwise: string): Paths => ({
    ...paths,
    toolchain: chosen ? resolve(chosen) : otherwise,
  })
  const inFolder = (config: string, base: string): Paths =>
    withToolchain({config, state: join(base, 'state'), data: join(base, 'data')}, join(base, 'toolchain'))
  const own = env['TODO5_HOME']
  if (own) return inFolder(join(own, 'config'), own)
  if (platform === 'win32') {
    const base = join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'todo5')
    return inFolder(join(base, 'config'), base)
  }
  // A relative path in these variables is to be ignored: XDG Base Directory Specification 0.8.
  const xdg = (name: string, fallback: string): string => {
    const set = env[name]
    return join(set !== undefined && isAbsolute(set) ? set : join(home, fallback), 'todo5')
  }
  const config = xdg('XDG_CONFIG_HOME', '.config')
  if (uid === 0) return inFolder(config, '/var/lib/todo5')
  return withToolchain(
    {config, state: xdg('XDG_STATE_HOME', '.local/state'), data: xdg('XDG_DATA_HOME', '.local/share')},
    // Not below data, which `down --delete` removes: a build of minutes is no data of anybody.
    join(xdg('XDG_CACHE_HOME', '.cache'), 'toolchain'),
  )
}
