import {execa} from 'execa'
import {chmod, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

export const REPOSITORY = join(import.meta.dirname, '..', '..')

/** Somebody who uses todo5: an account of the system, with a home of their own. */
export interface Person {
  readonly uid: number
  readonly gid: number
  readonly env: Record<string, string>
}

export interface Run {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command as that person, with their environment only; throws with its output when it fails. */
export async function runAs(
  person: Person,
  cwd: string,
  command: string,
  args: readonly string[],
  options: {mayFail?: boolean} = {},
): Promise<Run> {
  const changesUser = process.getuid?.() === 0 && person.uid !== 0
  const result = await execa(command, args, {
    cwd,
    env: person.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 300_000,
    ...(changesUser ? {uid: person.uid, gid: person.gid} : {}),
  })
  if (result.exitCode !== 0 && !options.mayFail) {
    throw new Error(`${command} ${args.join(' ')} ended with ${result.exitCode}\n${result.stdout}\n${result.stderr}`)
  }
  return {exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr}
}

/** A folder that every account can reach, removed by the returned function. */
export async function temporaryFolder(): Promise<{path: string; remove(): Promise<void>}> {
  const path = await mkdtemp(join(tmpdir(), 'todo5-package-'))
  await chmod(path, 0o755)
  return {path, remove: async () => rm(path, {recursive: true, force: true, maxRetries: 3})}
}

/** What npm needs of our environment to find its registry and certificates, without anything of a running npm. */
export function npmEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      (/^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_file)$/iu.test(name) ||
        /^npm_config_(registry|cafile|proxy|https_proxy|noproxy)$/iu.test(name)),
  )
  return Object.fromEntries(kept) as Record<string, string>
}
