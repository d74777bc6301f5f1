import {join} from 'node:path'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {PROJECT_FILE, writeSetting} from '../settings/files.ts'
import {checkValue, isPersonal, settingNamed, type SettingName} from '../settings/keys.ts'
import type {Settings} from '../settings/settings.ts'
import {namedZone} from '../time/machine-zone.ts'

export interface ChangeSetting {
  readonly key: string
  /** Null takes it away. */
  readonly value: string | null
  /** For everybody in this folder and below, in place of this user everywhere. */
  readonly project: boolean
  readonly folder: string
  readonly settings: Settings
  /** Looks whether it could be done, and changes nothing. */
  readonly dryRun: boolean
}

export interface ChangedSetting {
  readonly key: SettingName
  readonly value: string | null
  readonly file: string
}

/** Writes it to the user's file, or to the project's: the nearest one, else a new one in this folder. */
export async function changeSetting(change: ChangeSetting): Promise<ChangedSetting> {
  const {project, folder, settings} = change
  const key = settingNamed(change.key)
  if (key === 'context' && !project) {
    throw usageError(
      'The context of this user is not set here.',
      'context_elsewhere_set',
      'todo5 context use NAME',
      'todo5 config set context NAME --project        for this folder',
    )
  }
  if (project && isPersonal(key)) {
    throw usageError(
      `${key} is not set for a project: it would run a program on the machine of everybody who works there.`,
      'personal_setting',
      `todo5 config set ${key} VALUE        sets it for you`,
    )
  }
  const value = change.value === null ? null : checkValue(key, change.value)
  if (key === 'time_zone' && value !== null) namedZone(value)
  const file = project ? (settings.project?.path ?? join(folder, PROJECT_FILE)) : settings.user.path
  const stored = project ? settings.project?.settings : settings.user.settings
  if (value === null && stored?.[key] === undefined) {
    throw new CliError(`${key} is not set in ${file}.`, {
      code: 'setting_not_set',
      exit: EXIT.notFound,
      hints: [`todo5 config explain ${key}        shows where it comes from`],
    })
  }
  if (!change.dryRun) await writeSetting(file, key, value)
  return {key, value, file}
}
