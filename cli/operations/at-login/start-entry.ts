import {join} from 'node:path'

/** What is run when somebody logs in, or when the machine starts. */
export interface StartEntry {
  readonly target: 'local' | 'host'
  /** Absolute paths: at that time there is no shell, and no PATH of the person. */
  readonly node: string
  readonly script: string
  readonly optionsFile: string
  /** Without secrets: these files can be read by everybody. */
  readonly env: Readonly<Record<string, string>>
}

/** Of the variables of a shell those that decide where todo5 finds what it keeps, and its programs. */
const KEPT = [
  'TODO5_HOME',
  'TODO5_TOOLCHAIN',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
  'JAVA_HOME',
  'PATH',
  'TZ',
]

export const keptEnvironment = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = env[name]
      return value ? [[name, value]] : []
    }),
  )

const argumentsOf = ({node, script, target, optionsFile}: StartEntry, verb: 'up' | 'down'): string[] =>
  verb === 'up' ? [node, script, 'up', target, '--options-file', optionsFile] : [node, script, 'down', target]

/** A unit of systemd: `up` returns when all is ready, and what it has started stays in the unit's group until `down`. */
export function systemdUnit(entry: StartEntry, scope: 'user' | 'system'): string {
  const command = (verb: 'up' | 'down'): string =>
    argumentsOf(entry, verb)
      .map((word) => systemdWord(word))
      .join(' ')
  return [
    '# Written by todo5 up --at-login; todo5 up --no-at-login removes it.',
    '[Unit]',
    `Description=todo5 (${entry.target})`,
    ...(scope === 'system' ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    // Of a large database the recovery is part of it.
    'TimeoutStartSec=600',
    'TimeoutStopSec=200',
    ...Object.entries(entry.env).map(([name, value]) => `Environment=${systemdWord(`${name}=${value}`, false)}`),
    `ExecStart=${command('up')}`,
    `ExecStop=${command('down')}`,
    '',
    '[Install]',
    `WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}`,
    '',
  ].join('\n')
}

/** In double quotes, as systemd.syntax(7) reads them; `%` would be a specifier, and in a command `$` a variable. */
function systemdWord(word: string, inCommand = true): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('%', '%%')
  return `"${inCommand ? escaped.replaceAll('$', '$$$$') : escaped}"`
}

/** A job of launchd: it ends when all is ready, and what it has started goes on. */
export function launchdPlist(entry: StartEntry, label: string, logFile: string): string {
  const strings = (words: readonly string[], indent: string): string[] =>
    words.map((word) => `${indent}<string>${xml(word)}</string>`)
  const variables = Object.entries(entry.env).flatMap(([name, value]) => [
    `    <key>${xml(name)}</key>`,
    `    <string>${xml(value)}</string>`,
  ])
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<!-- Written by todo5 up --at-login; todo5 up --no-at-login removes it. -->',
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key>',
    `  <string>${xml(label)}</string>`,
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...strings(argumentsOf(entry, 'up'), '    '),
    '  </array>',
    '  <key>EnvironmentVariables</key>',
    '  <dict>',
    ...variables,
    '  </dict>',
    '  <key>RunAtLoad</key>',
    '  <true/>',
    '  <key>AbandonProcessGroup</key>',
    '  <true/>',
    '  <key>StandardErrorPath</key>',
    `  <string>${xml(logFile)}</string>`,
    '</dict>',
    '</plist>',
    '',
  ].join('\n')
}

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** For `crontab -e`, where nothing else starts programs. In cron's commands `%` ends the line. */
export function cronLine(entry: StartEntry): string {
  const variables = Object.entries(entry.env)
    .filter(([name]) => name !== 'PATH')
    .map(([name, value]) => `${name}=${shellWord(value)}`)
  const words = [entry.node, entry.script, 'up', entry.target].map(shellWord)
  return `@reboot ${[...variables, ...words].join(' ').replaceAll('%', String.raw`\%`)}`
}

const shellWord = (word: string): string =>
  /^[\w./:=@+-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

export const unitName = (target: StartEntry['target']): string => `todo5-${target}.service`
export const launchdLabel = (target: StartEntry['target']): string => `todo5.${target}`

/** Where the file lies that starts a target. */
export function unitFile(
  target: StartEntry['target'],
  place: {readonly platform: NodeJS.Platform; readonly root: boolean; readonly home: string; readonly config: string},
): string {
  const {platform, root, home, config} = place
  if (platform === 'darwin') {
    const name = `${launchdLabel(target)}.plist`
    return root ? join('/Library/LaunchDaemons', name) : join(home, 'Library', 'LaunchAgents', name)
  }
  return root ? join('/etc/systemd/system', unitName(target)) : join(config, 'systemd', 'user', unitName(target))
}
