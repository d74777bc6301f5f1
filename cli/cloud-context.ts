import {stat} from 'node:fs/promises'
import type {Composition} from './composition.ts'
import {usageError} from './errors.ts'
import {
  type CloudEnvironment,
  type CloudPlace,
  cloudPlace,
  type CloudTarget,
  ENVIRONMENTS,
} from './operations/cloud/cloud-place.ts'

/**
 * The environment of a cloud that `deploy` has made from here, whose kubeconfig helm and kubectl read from now on; undefined:
 * none. One alone needs no name.
 * @throws CliError `environment_needed` (exit 2) when there are several
 */
export async function knownCloud(
  {paths, useKubeconfig}: Pick<Composition, 'paths' | 'useKubeconfig'>,
  target: CloudTarget,
  {env, namespace}: {readonly env?: CloudEnvironment | undefined; readonly namespace?: string | undefined},
): Promise<CloudPlace | undefined> {
  const known: CloudPlace[] = []
  for (const environment of env === undefined ? ENVIRONMENTS : [env]) {
    const place = cloudPlace({target, environment, namespace}, paths)
    if (await isFile(place.kubeconfig)) known.push(place)
  }
  const [one, another] = known
  if (another !== undefined) {
    throw usageError(
      `Which ${target} is meant? There are ${known.map(({environment}) => environment).join(' and ')}.`,
      'environment_needed',
      ...known.map(({environment}) => `--env ${environment}`),
    )
  }
  if (one !== undefined) useKubeconfig(one.kubeconfig)
  return one
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
