import {type Environment, isOn} from '../environment-variables.ts'
import {usageError} from '../errors.ts'
import {nearest} from '../suggest.ts'

/** Something that a person can set for all commands. */
export interface Setting {
  readonly description: string
  /** The only values there are; any text otherwise. */
  readonly values?: readonly string[]
  /** What holds when nobody sets it, in words where it is no value. */
  readonly otherwise: string
  readonly flag?: string
  /** Never of a project: whoever wrote its file would choose what runs on this machine. */
  readonly personal?: true
  /** What the environment says, with the variable that says it. */
  readonly env: (env: Environment) => {readonly variable: string; readonly value: string} | undefined
  /** The variables that `env` looks at, for people. */
  readonly variables: readonly string[]
}

const when = (on: boolean, variable: string, value: string) => (on ? {variable, value} : undefined)

export const SETTINGS = {
  context: {
    description: 'Which todo5 commands talk to; see todo5 context list.',
    otherwise: 'the todo5 that runs here',
    flag: '--context',
    variables: ['TODO5_CONTEXT'],
    env: ({TODO5_CONTEXT: name}) => (name ? {variable: 'TODO5_CONTEXT', value: name} : undefined),
  },
  time_zone: {
    description: 'In which zone times are read and shown, such as Europe/Berlin.',
    otherwise: 'of your account',
    flag: '--tz',
    variables: [],
    env: () => undefined,
  },
  color: {
    description: 'Whether output has colour.',
    values: ['auto', 'always', 'never'],
    otherwise: 'auto',
    flag: '--no-color',
    variables: ['TERM', 'NO_COLOR', 'FORCE_COLOR'],
    env: ({TERM, NO_COLOR, FORCE_COLOR}) =>
      when(TERM === 'dumb', 'TERM', 'never') ??
      when(isOn(NO_COLOR), 'NO_COLOR', 'never') ??
      when(isOn(FORCE_COLOR), 'FORCE_COLOR', 'always'),
  },
  symbols: {
    description: 'Whether symbols go beyond ASCII.',
    values: ['auto', 'unicode', 'ascii'],
    otherwise: 'auto',
    variables: ['TODO5_ASCII'],
    env: ({TODO5_ASCII}) => when(isOn(TODO5_ASCII), 'TODO5_ASCII', 'ascii'),
  },
  layout: {
    description: 'Tables, or a line for each value, for screen readers.',
    values: ['table', 'lines'],
    otherwise: 'table',
    variables: ['TODO5_ACCESSIBLE'],
    env: ({TODO5_ACCESSIBLE}) => when(isOn(TODO5_ACCESSIBLE), 'TODO5_ACCESSIBLE', 'lines'),
  },
  pager: {
    description: 'The program that shows what is longer than the screen, or off.',
    otherwise: 'PAGER, or less -FRX',
    personal: true,
    variables: ['TODO5_PAGER'],
    env: ({TODO5_PAGER: pager}) =>
      pager === undefined ? undefined : {variable: 'TODO5_PAGER', value: pager.trim() === '' ? 'off' : pager},
  },
  offline_ok: {
    description: 'Whether a change that waits here, as todo5 is away, ends the command with 0; else with 7.',
    values: ['no', 'yes'],
    otherwise: 'no',
    flag: '--offline-ok',
    variables: [],
    env: () => undefined,
  },
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof SETTINGS

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** Whether only a person sets it for themself. */
export const isPersonal = (name: SettingName): boolean => (SETTINGS[name] as Setting).personal === true

/** An error when there is no such setting. */
export function settingNamed(text: string): SettingName {
  const name = SETTING_NAMES.find((known) => known === text.replaceAll('-', '_'))
  if (name !== undefined) return name
  throw usageError(
    `There is no setting ${text}.`,
    'unknown_setting',
    ...nearest(text, SETTING_NAMES).map((near) => `did you mean ${near}?`),
    `one of ${SETTING_NAMES.join(', ')}`,
  )
}

/** An error when the setting cannot have this value. A time zone is tried where it is used. */
export function checkValue(name: SettingName, value: unknown): string {
  const {values}: Setting = SETTINGS[name]
  if (typeof value === 'string' && value !== '' && (values === undefined || values.includes(value))) return value
  throw usageError(
    `${name} cannot be ${JSON.stringify(value)}.`,
    'invalid_setting',
    values ? `one of ${values.join(', ')}` : 'a text that is not empty',
  )
}
