import {existsSync, readlinkSync} from 'node:fs'
import {join} from 'node:path'
import {usageError} from '../errors.ts'
import {UTC, type Zone} from '../../services/domain/dates/zone.ts'

/**
 * Offsets by the process's own clock: setting TZ and asking a Date takes 0.2 ms, the first Intl.DateTimeFormat of a
 * process 20 ms. Who asks twice for the same zone pays once.
 */
function zoneByName(name: string): Zone {
  if (/^(Etc\/)?(UTC|UCT|Zulu|Universal)$/u.test(name)) return UTC
  return {
    name,
    offsetAt: (instant) => {
      // oxlint-disable-next-line node/no-process-env -- Date has no other way to be asked for another zone
      if (process.env['TZ'] !== name) process.env['TZ'] = name
      return -new Date(instant).getTimezoneOffset() * 60_000
    },
  }
}

/** An error when there is no zone of that name. */
export function namedZone(name: string): Zone {
  if (/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/u.test(name) && existsSync(join('/usr/share/zoneinfo', name)))
    return zoneByName(name)
  try {
    return zoneByName(new Intl.DateTimeFormat('en', {timeZone: name}).resolvedOptions().timeZone)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw usageError(`There is no time zone ${name}.`, 'unknown_time_zone', 'use a name such as Europe/Berlin, or UTC')
  }
}

/** The one that TZ names, else the one that this machine is set to. */
export function machineZone(variable: string | undefined): Zone {
  const set = variable?.replace(/^:/u, '')
  if (set) return namedZone(set)
  return zoneByName(linkedZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
}

/** The zone that /etc/localtime points to. */
function linkedZone(): string | undefined {
  try {
    return /zoneinfo\/(?:posix\/|right\/)?(.+)$/u.exec(readlinkSync('/etc/localtime'))?.[1]
  } catch (error) {
    // No link (Windows, some containers): Intl knows.
    if (['ENOENT', 'EINVAL', 'ENOTDIR', 'EACCES', 'UNKNOWN'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined
    throw error
  }
}
