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
