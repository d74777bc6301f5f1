/** What the environment of a process says about the person and the terminal. */
import {userInfo} from 'node:os'
import type {Environment} from '../environment-variables.ts'
import type {Settings} from '../settings/settings.ts'
import type {Looks, Terminal} from '../terminal.ts'

export function looksOf(env: Environment, settings: Settings, {stdout, stderr}: Terminal): Looks {
  const dumb = env['TERM'] === 'dumb'
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  const colour = settings.get('color') ?? 'auto'
  const coloured = (isTTY: boolean): boolean => colour !== 'never' && (colour === 'always' || isTTY)
  const symbols = settings.get('symbols') ?? 'auto'
  // A terminal without a locale (ssh, cron) may still be UTF-8; one that names another encoding is not.
  const knowsUnicode = locale === '' || /utf-?8/iu.test(locale) || !/\.|^(C|POSIX)$/u.test(locale)
  return {
    colour: {stdout: coloured(stdout.isTTY), stderr: coloured(stderr.isTTY)},
    unicode: !dumb && symbols !== 'ascii' && (symbols === 'unicode' || knowsUnicode),
    accessible: settings.get('layout') === 'lines',
    animated: settings.get('layout') !== 'lines' && !dumb,
  }
}

/** In a container a user may have a number and no name. */
export function personOf(uid: number | undefined): string {
  try {
    return userInfo().username
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error
    return `uid ${uid}`
  }
}

/** npm says which of its commands runs us. `npx` and `npm exec` are one; both know `npx todo5`, also after `npm run`. */
export function typedAs(env: Environment): string {
  if (env['npm_command'] === undefined) return 'todo5'
  const agent = env['npm_config_user_agent'] ?? ''
  if (agent.startsWith('pnpm/')) return 'pnpm exec todo5'
  return agent.startsWith('yarn/') ? 'yarn todo5' : 'npx todo5'
}

/** The rest stays: whatever --notify-command runs may need the desktop's variables. */
export const withoutSecrets = (env: Environment): Environment => {
  const {
    TODO5_API_KEY: _key,
    TODO5_DATABASE_URL: _database,
    TODO5_MODEL_KEY: _model,
    TODO5_SENTRY_DSN: _sentry,
    TODO5_SMTP_URL: _smtp,
    ...others
  } = env
  return others
}
