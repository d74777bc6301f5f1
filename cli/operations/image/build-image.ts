import {existsSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DOCKER, buildArgs, type Image, inspectArgs, parseInspected} from '../../tools/docker.ts'
import {GIT, headArgs} from '../../tools/git.ts'
import {installArgs, NPM, packArgs} from '../../tools/npm.ts'
import {runProgram} from '../../tools/run-program.ts'
import {findOnPath} from '../../toolchain/search-path.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {type Running, runSteps, type Step, stepText} from '../program-steps.ts'
import {checkBuilt, contextIn, lockFile, makeContext, tidyContext, unpackPackage} from './image-context.ts'

export const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const
export type ImagePlatform = (typeof PLATFORMS)[number]

export interface ImageRequest {
  /** Folder of package.json. */
  readonly root: string
  readonly version: string
  /** Undefined: the processor of this machine. */
  readonly platform: ImagePlatform | undefined
  /** Empty: todo5:VERSION. */
  readonly tags: readonly string[]
  /** In place of the base in the Dockerfile, such as one with a digest. */
  readonly base: string | undefined
}

export interface BuiltImage extends Image {
  readonly tags: readonly string[]
}

export const DOCKER_HINT = 'Docker Engine: https://docs.docker.com/engine/install'
const NPM_HINT = 'npm comes with Node: https://nodejs.org'

export const imageName = (version: string): string => `todo5:${version}`
const tagsOf = ({tags, version}: ImageRequest): readonly string[] => (tags.length > 0 ? tags : [imageName(version)])

interface Origin {
  readonly revision: string
  readonly created: string
}

/** Everything that `todo5 image build` does, in order, in a folder that is there and empty. */
export function imageSteps(request: ImageRequest, {revision, created}: Origin, folder: string, arch: string): Step[] {
  const {root, version, base} = request
  const context = contextIn(folder)
  const platform = request.platform ?? (arch === 'arm64' ? 'linux/arm64' : 'linux/amd64')
  const cpu = platform === 'linux/arm64' ? 'arm64' : 'x64'
  const args = {
    VERSION: version,
    REVISION: revision,
    CREATED: created,
    ...(base !== undefined && {NODE_IMAGE: base}),
  }
  const npm = (line: readonly string[], cwd: string): Step => ({
    kind: 'program',
    program: NPM,
    args: line,
    cwd,
    hint: NPM_HINT,
  })
  return [
    {kind: 'own', text: `copy the Dockerfile to ${folder}`, work: async () => await makeContext(context, root)},
    npm(packArgs(root, folder), folder),
    {kind: 'own', text: `unpack it to ${context.app}`, work: async () => await unpackPackage(context, root)},
    npm(installArgs(cpu, existsSync(lockFile(root))), context.app),
    {
      kind: 'own',
      text: `leave out of ${join(folder, 'node_modules')} what only development needs`,
      work: async () => await tidyContext(context),
    },
    {
      kind: 'program',
      program: DOCKER,
      args: buildArgs({context: folder, tags: tagsOf(request), platform, args}),
      hint: DOCKER_HINT,
    },
  ]
}

/** What it would do now. Looks, changes nothing. */
export async function planImage(request: ImageRequest, toolchain: Toolchain): Promise<string[]> {
  checkBuilt(request.root)
  const folder = join(tmpdir(), 'todo5-image-XXXXXX')
  return imageSteps(request, await originOf(request.root, toolchain), folder, toolchain.arch).map(stepText)
}

/** @throws CliError `not_built`, `program_missing` (exit 4), `program_failed` (5) */
export async function buildImage(request: ImageRequest, running: Running): Promise<BuiltImage> {
  checkBuilt(request.root)
  const {toolchain, signal} = running
  const folder = await mkdtemp(join(tmpdir(), 'todo5-image-'))
  try {
    await runSteps(imageSteps(request, await originOf(request.root, toolchain), folder, toolchain.arch), running)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
  const tags = tagsOf(request)
  const docker = (await findOnPath(DOCKER, toolchain))!
  const {stdout} = await runProgram(docker, inspectArgs(tags[0]!), {signal})
  return {tags, ...parseInspected(stdout)}
}

/** The commit of a clone; an installed package does not know it. */
async function originOf(root: string, toolchain: Toolchain): Promise<Origin> {
  const unknown = {revision: 'unknown', created: 'unknown'}
  const git = existsSync(join(root, '.git')) ? await findOnPath(GIT, toolchain) : undefined
  if (git === undefined) return unknown
  const {exitCode, stdout} = await runProgram(git, headArgs(root), {timeoutMs: 10_000})
  const [revision, created] = stdout.trim().split(' ')
  return exitCode === 0 && revision && created ? {revision, created} : unknown
}
