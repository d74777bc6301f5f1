import {mkdir, readdir, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {packagePath} from '../../services/package-root.ts'
import {needProgram, runStep} from './outside-program.ts'
import {BUNDLES, LOG4J_FOR_KAFKA, MAVEN_DEPENDENCY_PLUGIN} from './program-table.ts'
import type {Obtaining} from './toolchain.ts'

const HINT = 'Maven: apt install maven · brew install maven · https://maven.apache.org/install.html'

/** --strict-checksums: without it Maven 3 takes a damaged file with a warning. */
const ALWAYS = ['--batch-mode', '--strict-checksums']

/** The broker and what it depends on, from Maven's repositories. Resumable through Maven's own. */
export async function assembleKafka(obtaining: Obtaining): Promise<void> {
  await maven(kafkaArgs(join(obtaining.into, 'libs')), obtaining)
  const jar = `kafka_2.13-${BUNDLES.kafka.registry!}.jar`
  const jars = await readdir(join(obtaining.into, 'libs'))
  if (!jars.includes(jar)) throw incomplete(jar)
}

export const kafkaArgs = (libs: string): string[] => [
  ...ALWAYS,
  '--file',
  packagePath('templates', 'toolchain', 'kafka', 'pom.xml'),
  `${MAVEN_DEPENDENCY_PLUGIN}:copy-dependencies`,
  `-Dkafka.version=${BUNDLES.kafka.registry!}`,
  `-Dlog4j.version=${LOG4J_FOR_KAFKA}`,
  '-DincludeScope=runtime',
  `-DoutputDirectory=${libs}`,
]

/** One executable jar. */
export async function assembleZipkin(obtaining: Obtaining): Promise<void> {
  const copied = join(obtaining.into, '.maven')
  await mkdir(copied)
  await maven(zipkinArgs(copied), obtaining)
  const [jar] = await readdir(copied)
  if (jar === undefined) throw incomplete('zipkin-server')
  await rename(join(copied, jar), join(obtaining.into, 'zipkin.jar'))
  await rm(copied, {recursive: true})
}

export const zipkinArgs = (folder: string): string[] => [
  ...ALWAYS,
  `${MAVEN_DEPENDENCY_PLUGIN}:copy`,
  `-Dartifact=io.zipkin:zipkin-server:${BUNDLES.zipkin.registry!}:jar:exec`,
  `-DoutputDirectory=${folder}`,
]

async function maven(args: readonly string[], obtaining: Obtaining): Promise<void> {
  const {toolchain, into, say} = obtaining
  const program = await needProgram('mvn', toolchain, HINT)
  const counts = {fetched: 0, copied: 0}
  say('asking Maven for what it depends on')
  await runStep({program, args, cwd: into, env: {}}, obtaining, (line) => {
    if (line.includes('Downloaded from ')) counts.fetched++
    else if (line.includes(' Copying ')) counts.copied++
    else return
    say(`Maven: ${counts.fetched} files fetched, ${counts.copied} jars copied`)
  })
}

const incomplete = (jar: string): CliError =>
  new CliError(`Maven ended well, and did not bring ${jar}.`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    hints: ['look at ~/.m2/settings.xml: another repository may stand in between'],
  })
