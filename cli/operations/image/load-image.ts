import {imageLoadArgs, MINIKUBE} from '../../tools/minikube.ts'
import {type Running, runSteps, type Step} from '../program-steps.ts'

export const MINIKUBE_HINT = 'Minikube: https://minikube.sigs.k8s.io/docs/start'

export const loadSteps = (image: string, profile: string): Step[] => [
  {kind: 'program', program: MINIKUBE, args: imageLoadArgs(image, profile), hint: MINIKUBE_HINT},
]

/** @throws CliError `program_missing` (exit 4), `program_failed` (5) */
export const loadImage = async (image: string, profile: string, running: Running): Promise<void> =>
  await runSteps(loadSteps(image, profile), running)
