import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {harmlessLine} from '../../harmless-text.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {type ProgramResult, runProgram} from '../../tools/run-program.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import {clusterError} from '../in-cluster/cluster-error.ts'
import {KUBECTL_HINT} from '../release/cluster-calls.ts'

/** What one answer may take, ms; a rollout has a limit of its own. */
const ANSWER_WITHIN_MS = 60_000

const INSTALL: Readonly<Record<string, string>> = {
  oci: 'OCI CLI: https://docs.oracle.com/iaas/Content/API/SDKDocs/cliinstall.htm',
  az: 'Azure CLI: https://learn.microsoft.com/cli/azure/install-azure-cli',
  gcloud: 'Google Cloud CLI: https://cloud.google.com/sdk/docs/install',
}
const LOGIN: Readonly<Record<string, string>> = {
  oci: 'oci setup config        signs in',
  az: 'az login        signs in',
  gcloud: 'gcloud auth login        signs in',
}

interface CallOptions {
  readonly input?: string
  readonly timeoutMs?: number
  /** Is it no failure? It is handed back then. */
  readonly expected?: (result: ProgramResult) => boolean
}

/**
 * Runs programs that read and write secrets. What they print is never shown, for it may be a secret; of what they say on
 * stderr the last line is, without whatever this has read or written before.
 */
export class SecretCalls {
  readonly place: ClusterPlace
  readonly signal: AbortSignal
  readonly #toolchain: Toolchain
  readonly #hidden = new Set<string>()

  constructor(place: ClusterPlace, toolchain: Toolchain, signal: AbortSignal) {
    this.place = place
    this.signal = signal
    this.#toolchain = toolchain
  }

  /** These are in no message from now on, plain or in base64. */
  hide(...values: readonly string[]): void {
    for (const value of values.filter((one) => one.length > 3)) {
      this.#hidden.add(value)
      this.#hidden.add(Buffer.from(value).toString('base64'))
      this.#hidden.add(encodeURIComponent(value))
      this.#hidden.add(JSON.stringify(value).slice(1, -1))
    }
  }

  /** @throws CliError as commands in a cluster do */
  async kubectl(args: readonly string[], options: CallOptions = {}): Promise<ProgramResult> {
    const result = await this.#run(KUBECTL, KUBECTL_HINT, args, options)
    if (result.exitCode === 0 || options.expected?.(result) === true) return result
    throw clusterError({...result, stdout: '', stderr: this.#shown(result.stderr)}, this.place)
  }

  /** @throws CliError `vault_failed` (exit 5), `program_missing` (4) */
  async vault(
    program: 'oci' | 'az' | 'gcloud',
    args: readonly string[],
    options: CallOptions = {},
  ): Promise<ProgramResult> {
    const result = await this.#run(program, INSTALL[program]!, args, options)
    if (result.exitCode === 0 || options.expected?.(result) === true) return result
    const words = args.filter((word) => !word.startsWith('-')).slice(0, 3)
    throw new CliError(`${program} ${words.join(' ')} failed (exit code ${result.exitCode ?? 'none'}).`, {
      code: 'vault_failed',
      exit: EXIT.outsideProgram,
      excerpt: this.#shown(result.stderr)
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(-4)
        .map((line) => `  ${line}`),
      hints: [LOGIN[program]!],
    })
  }

  /** A file that only this user can read, for as long as `use` runs. */
  async file<Result>(text: string, use: (path: string) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(tmpdir(), 'todo5-secret-'))
    try {
      const path = join(folder, 'value')
      await writeFile(path, text, {mode: 0o600})
      return await use(path)
    } finally {
      await rm(folder, {recursive: true, force: true})
    }
  }

  async #run(program: string, hint: string, args: readonly string[], options: CallOptions): Promise<ProgramResult> {
    const path = await needProgram(program, this.#toolchain, hint)
    const {input, timeoutMs = ANSWER_WITHIN_MS} = options
    const {signal} = this
    const env = {PATH: this.#toolchain.searchPath}
    return await runProgram(path, args, {timeoutMs, signal, env, ...(input !== undefined && {input})})
  }

  #shown(stderr: string): string {
    const plain = [...this.#hidden]
      .toSorted((one, other) => other.length - one.length)
      .reduce((text, value) => text.replaceAll(value, '••••'), stderr)
    return plain.split('\n').map(harmlessLine).join('\n')
  }
}
