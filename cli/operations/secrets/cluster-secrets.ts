import {
  type ClusterSecret,
  type ExternalSecret,
  externalSecretsArgs,
  parseExternalSecrets,
  parseReaders,
  type Reader,
  readersArgs,
} from '../../tools/kubectl-secrets.ts'
import {type SecretEntry, SECRETS} from './catalogue.ts'
import {known, readNamed} from './namespace-secrets.ts'
import type {SecretCalls} from './secret-calls.ts'
import {type Vault, vaultOf} from './vault.ts'

/** Where one Secret comes from, and what is there of it. */
export interface FoundSecret {
  readonly entry: SecretEntry
  /** Undefined: there is none in the cluster. */
  readonly secret: ClusterSecret | undefined
  /** Undefined: it is of the cluster itself, or of somebody that todo5 does not know. */
  readonly external: (ExternalSecret & {readonly vault: Vault; readonly remote: string}) | undefined
  /** Those of its readers that are there. */
  readonly readers: readonly Reader[]
}

/** All that todo5 knows of, as it is in a namespace now. */
export async function findSecrets(calls: SecretCalls): Promise<FoundSecret[]> {
  const {place} = calls
  // One after the other: where the cluster is away, the first says so, and nothing is left that still asks.
  const secrets = await readNamed(
    calls,
    SECRETS.map(({name}) => name),
  )
  const externals = await readExternal(calls)
  const {stdout} = await calls.kubectl(readersArgs(place))
  const readers = known(() => parseReaders(stdout))
  return SECRETS.map((entry) => {
    const external = externals.find(({target}) => target === entry.name)
    const vault = external && vaultOf(external.provider, calls)
    return {
      entry,
      secret: secrets.get(entry.name),
      external:
        external && vault && external.remote !== undefined ? {...external, vault, remote: external.remote} : undefined,
      readers: readers.filter(({name}) => entry.readBy.includes(name)),
    }
  })
}

/** A cluster without the operator knows no such kinds. */
const NO_SUCH_KIND = /the server doesn't have a resource type|no matches for kind/u

async function readExternal(calls: SecretCalls): Promise<ExternalSecret[]> {
  const {exitCode, stdout} = await calls.kubectl(externalSecretsArgs(calls.place), {
    expected: ({stderr}) => NO_SUCH_KIND.test(stderr),
  })
  return exitCode === 0 ? known(() => parseExternalSecrets(stdout)) : []
}

/** Whether todo5 there needs it: what is optional counts once somebody has it, or wants it of a vault. */
export const isNeeded = ({entry, secret, external}: FoundSecret): boolean =>
  !entry.optional || secret !== undefined || external !== undefined
