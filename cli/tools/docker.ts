/** The arguments of Docker that todo5 uses; any program that takes the same ones (podman) will do. */
import {z} from 'zod'

export const DOCKER = 'docker'
export const PODMAN = 'podman'

export interface DockerBuild {
  /** Folder of the Dockerfile, and of all that it copies. */
  readonly context: string
  readonly tags: readonly string[]
  /** Such as linux/arm64. */
  readonly platform: string
  readonly args: Readonly<Record<string, string>>
}

/** Without a network: whatever is not in the context cannot get into the image. */
export const buildArgs = ({context, tags, platform, args}: DockerBuild): string[] => [
  'build',
  '--platform',
  platform,
  '--network',
  'none',
  ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
  ...tags.flatMap((tag) => ['--tag', tag]),
  context,
]

export const inspectArgs = (image: string): string[] => ['image', 'inspect', image]

const inspected = z.array(z.object({Id: z.string(), Architecture: z.string(), Os: z.string(), Size: z.int()})).length(1)

export interface Image {
  /** sha256:… */
  readonly id: string
  /** Such as linux/amd64. */
  readonly platform: string
  /** Unpacked. */
  readonly bytes: number
}

/** What `inspectArgs` printed. @throws ZodError when it is not Docker's */
export function parseInspected(stdout: string): Image {
  const [{Id, Architecture, Os, Size}] = inspected.parse(JSON.parse(stdout)) as [z.infer<typeof inspected>[0]]
  return {id: Id, platform: `${Os}/${Architecture}`, bytes: Size}
}

export const engineVersionArgs = (): string[] => ['--version']

/** Fails when the engine does not run. */
export const infoArgs = (): string[] => ['info', '--format={{json .}}']

const engine = z.object({NCPU: z.int().min(1), MemTotal: z.int().min(1)})

/** CPUs and bytes that the engine has, in what `infoArgs` printed. @throws ZodError, SyntaxError */
export function parseEngine(stdout: string): {readonly cpus: number; readonly memory: number} {
  const {NCPU, MemTotal} = engine.parse(JSON.parse(stdout))
  return {cpus: NCPU, memory: MemTotal}
}
