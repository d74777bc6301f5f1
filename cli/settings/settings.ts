import type {Environment} from '../environment-variables.ts'
import {type CliError, toCliError, usageError} from '../errors.ts'
import {findProjectFile, readSettings, type SettingsFile, userFile} from './files.ts'
import {isPersonal, type Setting, type SettingName, SETTING_NAMES, SETTINGS} from './keys.ts'

/** Where a value comes from, and what it says there; null when nothing. */
export interface SettingSource {
  readonly source: string
  readonly value: string | null
}

/** What holds, by whom, and all that could have said it: first what goes before. */
export interface ExplainedSetting {
  readonly key: SettingName
  /** Null when nobody sets it. */
  readonly value: string | null
  readonly from: string
  readonly sources: readonly SettingSource[]
}

export interface SettingsSources {
  readonly env: Environment
  /** Where project files are looked for, from here upwards. */
  readonly folder: string
  /** The user's own folder of settings. */
  readonly configFolder: string
}

/** Flags go before the environment, that before the project's file, that before the user's. */
export class Settings {
  readonly #env: SettingsSources['env']
  readonly #flags: Partial<Record<SettingName, string>> = {}
  readonly project: SettingsFile | undefined
  readonly user: SettingsFile
  /** Why a file could not be used; the other settings hold all the same. */
  readonly problem: CliError | undefined

  constructor({env, folder, configFolder}: SettingsSources) {
    this.#env = env
    const problems: CliError[] = []
    const open = (path: string): SettingsFile => {
      try {
        return {path, settings: readSettings(path)}
      } catch (error) {
        problems.push(toCliError(error))
        return {path, settings: {}}
      }
    }
    const projectFile = findProjectFile(folder)
    this.project = projectFile === undefined ? undefined : open(projectFile)
    this.user = open(userFile(configFolder))
    if (this.user.settings.context !== undefined) problems.push(contextInUserFile(this.user.path))
    const personal = SETTING_NAMES.find((name) => isPersonal(name) && this.project?.settings[name] !== undefined)
    if (personal !== undefined) problems.push(personalInProject(personal, this.project!.path))
    this.problem = problems[0]
  }

  /** What a flag says, from now on. */
  giveFlag(key: SettingName, value: string): void {
    this.#flags[key] = value
  }

  /** Undefined when nobody sets it. */
  get(key: SettingName): string | undefined {
    const {env}: Setting = SETTINGS[key]
    const ofProject = isPersonal(key) ? undefined : this.project?.settings[key]
    return this.#flags[key] ?? env(this.#env)?.value ?? ofProject ?? this.user.settings[key]
  }

  /** Whether a flag says it. */
  byFlag(key: SettingName): boolean {
    return this.#flags[key] !== undefined
  }

  /** `selected` is what `context use` chose: for the context it stands in place of the user's file. */
  explain(key: SettingName, selected?: string): ExplainedSetting {
    const {flag, variables, env, otherwise}: Setting = SETTINGS[key]
    const said = env(this.#env)
    const sources: SettingSource[] = [
      ...(flag === undefined ? [] : [{source: flag, value: this.#flags[key] ?? null}]),
      // An address and a key, which have no name.
      ...(key === 'context' ? [{source: 'TODO5_API_URL', value: this.#env['TODO5_API_URL'] || null}] : []),
      ...variables.map((variable) => ({source: variable, value: said?.variable === variable ? said.value : null})),
      ...(isPersonal(key)
        ? []
        : [{source: this.project?.path ?? '.todo5.json', value: this.project?.settings[key] ?? null}]),
      key === 'context'
        ? {source: 'context use', value: selected ?? null}
        : {source: this.user.path, value: this.user.settings[key] ?? null},
    ]
    const first = sources.find(({value}) => value !== null)
    return {key, value: first?.value ?? null, from: first?.source ?? `default: ${otherwise}`, sources}
  }
}

/** `up`, `login` and `context use` choose it; a second place for the same would leave one of them without effect. */
const contextInUserFile = (path: string): CliError =>
  usageError(
    `The context cannot be set in ${path}.`,
    'invalid_settings_file',
    'todo5 context use NAME',
    `take "context" out of ${path}`,
  )

const personalInProject = (name: SettingName, path: string): CliError =>
  usageError(
    `${name} cannot be set in ${path}: it would run a program on the machine of everybody who works there.`,
    'invalid_settings_file',
    `take "${name}" out of ${path}`,
    `todo5 config set ${name} VALUE        sets it for you`,
  )
