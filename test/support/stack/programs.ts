import {existsSync} from 'node:fs'
import {delimiter, join, resolve} from 'node:path'
import type {StackPrograms} from '../../../cli/toolchain/stack-programs.ts'

const VARIABLE = 'TODO5_STACK_PROGRAMS'

/** The programs of the folder that the environment names: bin/daprd, bin/scheduler, bin/sentry, kafka/libs. */
export function stackPrograms(env: Readonly<Record<string, string | undefined>> = process.env): StackPrograms {
  const given = env[VARIABLE]
  if (!given) throw new Error(`Set ${VARIABLE} to the folder with bin/daprd, bin/scheduler, bin/sentry and kafka/libs.`)
  const folder = resolve(given)
  const there = (...parts: string[]): string => {
    const path = join(folder, ...parts)
    if (!existsSync(path)) throw new Error(`${VARIABLE} names ${folder}, which has no ${parts.join('/')}.`)
    return path
  }
  return {
    daprd: there('bin', 'daprd'),
    scheduler: there('bin', 'scheduler'),
    sentry: there('bin', 'sentry'),
    kafkaLibs: there('kafka', 'libs'),
    java: java(env),
    zipkinJar: null,
    prometheus: null,
  }
}

function java(env: Readonly<Record<string, string | undefined>>): string {
  const folders = [
    ...(env['JAVA_HOME'] ? [join(env['JAVA_HOME'], 'bin')] : []),
    ...(env['PATH'] ?? '').split(delimiter),
  ]
  const found = folders.map((folder) => join(folder, 'java')).find((path) => existsSync(path))
  if (found === undefined) throw new Error('There is no java on the PATH; Kafka needs version 17 or newer.')
  return found
}
