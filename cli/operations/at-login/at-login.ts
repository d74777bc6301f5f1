import {access, chmod, mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {homedir, userInfo} from 'node:os'
import {dirname, join} from 'node:path'
import {z} from 'zod'
import {type LocalOptions, localOptions} from '../../../services/contracts/local.ts'
import {CliError, usageError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {type HostOptions, hostOptions} from '../../supervisor/host/host-state.ts'
import type {ProcessEntry} from '../../supervisor/machine.ts'
import {launchctl} from '../../tools/launchctl.ts'
import {lingers, run, type Run, type ServiceManager, systemctl} from '../../tools/systemctl.ts'
import {
  cronLine,
  keptEnvironment,
  launchdLabel,
  launchdPlist,
  type StartEntry,
  systemdUnit,
  unitFile,
  unitName,
} from './start-entry.ts'

export interface AtLoginPlace {
  readonly target: 'local' | 'host'
  readonly entry: Pick<ProcessEntry, 'env' | 'script'>
  /** Of the command line: options are kept here, for its owner alone. */
  readonly stateDir: string
  /** Folder of package.json. */
  readonly root: string
  readonly platform?: NodeJS.Platform
  readonly uid?: number | undefined
  readonly run?: Run
}

export interface AtLoginState {
  /** Null: it is not started at login. */
  readonly file: string | null
  /** Programs that it names and that are gone. */
  readonly missing: readonly string[]
}

/** What is started at login besides the unit: with which options, by which programs. */
const kept = z.object({node: z.string(), script: z.string(), options: z.unknown()})

/** Starting a target when its user logs in or, as root, when the machine starts. */
export class AtLogin {
  readonly #place: AtLoginPlace
  readonly #platform: NodeJS.Platform
  readonly #root: boolean
  readonly #entry: StartEntry
  readonly #file: string
  readonly #manager: ServiceManager | undefined
  readonly #run: Run

  constructor(place: AtLoginPlace) {
    const {target, entry, stateDir, platform = process.platform, uid = process.getuid?.()} = place
    this.#place = place
    this.#platform = platform
    this.#root = uid === 0
    this.#run = place.run ?? run
    const starter = entry.script.endsWith('.ts') ? 'dev.js' : 'run.js'
    this.#entry = {
      target,
      node: process.execPath,
      script: join(place.root, 'bin', starter),
      optionsFile: join(stateDir, `at-login-${target}.json`),
      env: keptEnvironment(entry.env),
    }
    const home = entry.env['HOME'] ?? homedir()
    const config = entry.env['XDG_CONFIG_HOME'] ?? join(home, '.config')
    this.#file = unitFile(target, {platform, root: this.#root, home, config})
    this.#manager = this.#managerOf(platform, uid)
  }

  #managerOf(platform: NodeJS.Platform, uid: number | undefined): ServiceManager | undefined {
    const {target} = this.#place
    if (platform === 'linux') return systemctl(unitName(target), this.#root ? 'system' : 'user', this.#run)
    if (platform !== 'darwin') return undefined
    return launchctl({label: launchdLabel(target), file: this.#file, uid: uid ?? 0}, this.#run)
  }

  /** Throws, with what to do instead, where nothing starts programs. Changes nothing. */
  async assertPossible(): Promise<void> {
    if (await this.#manager?.isThere()) return
    const windows = this.#platform === 'win32'
    const {node, script, target} = this.#entry
    const name = this.#platform === 'darwin' ? 'launchd' : 'systemd'
    const where = windows ? 'On Windows todo5 cannot do this itself.' : `There is no ${name} here that starts programs.`
    throw new CliError(`${where} Nothing was changed.`, {
      code: 'no_service_manager',
      exit: EXIT.outsideProgram,
      hints: windows
        ? [`schtasks /create /sc onlogon /tn todo5 /tr "\\"${node}\\" \\"${script}\\" up ${target}"`]
        : ['crontab -e        and in it:', cronLine(this.#entry)],
    })
  }

  get steps(): {readonly on: readonly string[]; readonly off: readonly string[]} {
    return {
      on: [
        `write ${this.#entry.optionsFile}, for your eyes only: the options of this up`,
        `write ${this.#file}, and have it run at every ${this.#root ? 'start of the machine' : 'login'}`,
      ],
      off: [`remove ${this.#file} and ${this.#entry.optionsFile}`],
    }
  }

  /** From now on. Answers with the file, and whether it is also run before anybody logs in (null: nobody says). */
  async on(options: unknown): Promise<{file: string; beforeLogin: boolean | null}> {
    const {optionsFile, node, script} = this.#entry
    await this.assertPossible()
    await writeWhole(optionsFile, `${JSON.stringify({node, script, options}, null, 2)}\n`, 0o600)
    await mkdir(dirname(this.#file), {recursive: true})
    await writeWhole(this.#file, this.#text(), 0o644)
    await this.#manager!.enable()
    if (this.#root) return {file: this.#file, beforeLogin: true}
    return {
      file: this.#file,
      beforeLogin: this.#platform === 'linux' ? await lingers(userInfo().username, this.#run) : false,
    }
  }

  /** What runs goes on. Answers with what was removed; safe to repeat. */
  async off(): Promise<string[]> {
    const found = await existing([this.#file, this.#entry.optionsFile])
    if (found.includes(this.#file) && (await this.#manager?.isThere())) await this.#manager!.disable()
    for (const file of found) await rm(file, {force: true})
    return found
  }

  async state(): Promise<AtLoginState> {
    const {optionsFile} = this.#entry
    const [file] = await existing([this.#file])
    if (file === undefined) return {file: null, missing: []}
    const [options] = await existing([optionsFile])
    if (options === undefined) return {file, missing: [optionsFile]}
    const {node, script} = await readKept(optionsFile)
    const there = await existing([node, script])
    return {file, missing: [node, script].filter((path) => !there.includes(path))}
  }

  /** All that it has made and is there. */
  async files(): Promise<string[]> {
    return await existing([this.#file, this.#entry.optionsFile])
  }

  #text(): string {
    if (this.#platform !== 'darwin') return systemdUnit(this.#entry, this.#root ? 'system' : 'user')
    const label = launchdLabel(this.#place.target)
    return launchdPlist(this.#entry, label, join(this.#place.stateDir, 'logs', 'at-login.log'))
  }
}

/** The options that `on` was given. */
export const localOptionsAtLogin = async (file: string): Promise<LocalOptions> => await keptOptions(file, localOptions)
export const hostOptionsAtLogin = async (file: string): Promise<HostOptions> => await keptOptions(file, hostOptions)

async function keptOptions<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse((await readKept(file)).options)
  if (parsed.success) return parsed.data
  throw unusable(file)
}

async function readKept(file: string): Promise<z.infer<typeof kept>> {
  try {
    return kept.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw unusable(file)
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw unusable(file)
    throw error
  }
}

const unusable = (file: string): CliError =>
  usageError(
    `${file} does not say how to start todo5.`,
    'invalid_options_file',
    'todo5 up --at-login        writes it anew',
  )

async function writeWhole(file: string, text: string, mode: number): Promise<void> {
  const partial = `${file}.${process.pid}`
  try {
    await writeFile(partial, text, {mode, flag: 'wx'})
    await chmod(partial, mode)
    await rename(partial, file)
  } finally {
    await rm(partial, {force: true})
  }
}

async function existing(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    try {
      await access(path)
      found.push(path)
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  return found
}
