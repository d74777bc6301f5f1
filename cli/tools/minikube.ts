/** The arguments of Minikube that todo5 uses, and what it answers. */
import {z} from 'zod'

export const MINIKUBE = 'minikube'

/** Copies an image of the local engine into the node. */
export const imageLoadArgs = (image: string, profile: string): string[] => [
  'image',
  'load',
  image,
  '--profile',
  profile,
]

export const minikubeVersionArgs = (): string[] => ['version', '--short']

export const statusArgs = (profile: string): string[] => ['status', `--profile=${profile}`, '--output=json']

/** `minikube status` ends with it when there is no such profile; otherwise with a bit for each part that does not run. */
export const NO_PROFILE = 85

const status = z.object({Host: z.string(), Kubelet: z.string(), APIServer: z.string(), Kubeconfig: z.string()})
export type ProfileStatus = z.infer<typeof status>

/** Of the control plane: a profile with more nodes prints a list, the control plane first. @throws ZodError, SyntaxError */
export function parseStatus(stdout: string): ProfileStatus {
  const printed: unknown = JSON.parse(stdout)
  return status.parse(Array.isArray(printed) ? printed[0] : printed)
}

export interface MinikubeStart {
  readonly profile: string
  /** Undefined: Minikube chooses. */
  readonly driver: string | undefined
  readonly cpus: number
  readonly memoryMegabytes: number
  /** Published to loopback: a port of this machine, and the one of the node. */
  readonly port: {readonly here: number; readonly node: number} | undefined
}

/** Makes a cluster. */
export const startArgs = ({profile, driver, cpus, memoryMegabytes, port}: MinikubeStart): string[] => [
  'start',
  `--profile=${profile}`,
  ...(driver === undefined ? [] : [`--driver=${driver}`]),
  `--cpus=${cpus}`,
  `--memory=${memoryMegabytes}mb`,
  ...(port === undefined ? [] : [`--ports=127.0.0.1:${port.here}:${port.node}`]),
]

/** Starts one that is stopped, as it was made. */
export const startAgainArgs = (profile: string): string[] => ['start', `--profile=${profile}`]

export const stopArgs = (profile: string): string[] => ['stop', `--profile=${profile}`]

/** With its entry in the kubeconfig. */
export const deleteArgs = (profile: string): string[] => ['delete', `--profile=${profile}`]

/** The address of the node. */
export const ipArgs = (profile: string): string[] => ['ip', `--profile=${profile}`]

/** Names of the images in the node, a line each. */
export const imageListArgs = (profile: string): string[] => ['image', 'ls', `--profile=${profile}`]

/** Whether an image such as todo5:1.0.0 is among those that `imageListArgs` printed. */
export const hasImage = (stdout: string, image: string): boolean =>
  stdout.split('\n').some((line) => line.trim() === image || line.trim().endsWith(`/${image}`))
