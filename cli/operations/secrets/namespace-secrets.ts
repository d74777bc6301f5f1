import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {
  type ClusterSecret,
  createFromArgs,
  namedSecretsArgs,
  parseNamedSecrets,
  patchSecretArgs,
} from '../../tools/kubectl-secrets.ts'
import type {SecretCalls} from './secret-calls.ts'

export type Values = Readonly<Record<string, string>>
/** Keys with their new values; null takes one away. */
export type Changes = Readonly<Record<string, string | null>>

/** Those of a namespace that are there; of todo5's own, unless another one is named. */
export async function readNamed(
  calls: SecretCalls,
  names: readonly string[],
  place = calls.place,
): Promise<Map<string, ClusterSecret>> {
  const {stdout} = await calls.kubectl(namedSecretsArgs(names, place))
  const secrets = known(() => parseNamedSecrets(stdout))
  calls.hide(...secrets.flatMap(({values}) => Object.values(values)))
  return new Map(secrets.map((secret) => [secret.name, secret]))
}

/** What cannot be read is not quoted: it may be a secret. */
export function known<Result>(parse: () => Result): Result {
  try {
    return parse()
  } catch {
    throw new CliError('kubectl answered something that todo5 does not know.', {
      code: 'program_failed',
      exit: EXIT.outsideProgram,
      hints: ['kubectl version        may be too old or too new'],
    })
  }
}

export async function createSecret(
  name: string,
  values: Values,
  calls: SecretCalls,
  place = calls.place,
): Promise<void> {
  const labels = {'app.kubernetes.io/part-of': 'todo5', 'app.kubernetes.io/created-by': 'todo5'}
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {name, namespace: place.namespace, labels},
    stringData: values,
  }
  await calls.file(JSON.stringify(object), async (file) => await calls.kubectl(createFromArgs(file, place)))
}

/** Of just the version that was read: what somebody else writes meanwhile is not lost. */
export async function patchSecret(
  {name, resourceVersion}: Pick<ClusterSecret, 'name' | 'resourceVersion'>,
  changes: Changes,
  calls: SecretCalls,
  place = calls.place,
): Promise<void> {
  const data = Object.fromEntries(
    Object.entries(changes).map(([key, value]) => [key, value === null ? null : Buffer.from(value).toString('base64')]),
  )
  const text = JSON.stringify({metadata: {resourceVersion}, data})
  await calls.file(text, async (file) => await calls.kubectl(patchSecretArgs(name, file, place)))
}
