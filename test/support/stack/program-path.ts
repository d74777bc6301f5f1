import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {StackPrograms} from '../../../cli/toolchain/stack-programs.ts'

/** Puts the programs of the stack where a command line finds them: the folder that has to be on its PATH. */
export async function makeProgramPath(folder: string, programs: StackPrograms): Promise<string> {
  const bin = join(folder, 'bin')
  await mkdir(bin, {recursive: true})
  const {daprd, scheduler, sentry, java, kafkaLibs, prometheus} = programs
  const links = {daprd, scheduler, sentry, java, ...(prometheus !== null && {prometheus})}
  for (const [name, target] of Object.entries(links)) await symlink(target, join(bin, name))
  // As in Kafka's archive: the jars beside the folder of the scripts.
  await symlink(kafkaLibs, join(folder, 'libs'))
  await writeFile(join(bin, 'kafka-server-start.sh'), '#!/bin/sh\n', {mode: 0o755})
  return bin
}
