import {z} from 'zod'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {VaultProvider} from '../../tools/kubectl-secrets.ts'
import {
  AZ,
  azureName,
  azureReadArgs,
  azureWriteArgs,
  isAzureMissing,
  parseAzureSecret,
} from '../../tools/vaults/azure.ts'
import {
  GCLOUD,
  gcloudCreateArgs,
  gcloudReadArgs,
  gcloudVersionsArgs,
  gcloudWriteArgs,
  isGcloudMissing,
  parseGcloudVersions,
} from '../../tools/vaults/gcloud.ts'
import {
  isOciMissing,
  OCI,
  ociCreateArgs,
  ociFindArgs,
  ociReadArgs,
  ociUpdateArgs,
  ociUpdateText,
  parseOciBundle,
  parseOciFound,
} from '../../tools/vaults/oci.ts'
import {createSecret, patchSecret, readNamed, type Values} from './namespace-secrets.ts'
import type {SecretCalls} from './secret-calls.ts'

export type VaultKind = 'oci' | 'azure' | 'gcp' | 'kubernetes'

/** Where secrets are kept, of a cloud or of another namespace. Each is a JSON object with the keys of a Secret. */
export interface Vault {
  readonly kind: VaultKind
  /** Undefined: there is none of the name, or nothing in it. */
  read(name: string): Promise<Values | undefined>
  write(name: string, values: Values): Promise<void>
  /** ISO, of its newest version; null: there is none. */
  changedAt(name: string): Promise<string | null>
}

/** The vault that a SecretStore of the cluster names; undefined: it names none that todo5 can write to. */
export function vaultOf(provider: VaultProvider, calls: SecretCalls): Vault | undefined {
  const {oracle, azurekv, gcpsm, kubernetes} = provider
  if (oracle) return ociVault(oracle, calls)
  if (azurekv) return azureVault(azureName(azurekv.vaultUrl), calls)
  if (gcpsm) return googleVault(gcpsm.projectID, calls)
  return kubernetes && namespaceVault(kubernetes.remoteNamespace, calls)
}

const values = z.record(z.string(), z.string())

/** What is in the vault; never quoted when it is wrong. */
function valuesIn(name: string, text: string, calls: SecretCalls): Values {
  calls.hide(text)
  try {
    const read = values.parse(JSON.parse(text))
    calls.hide(...Object.values(read))
    return read
  } catch {
    throw new CliError(`The secret ${name} in the vault is no JSON object of texts.`, {
      code: 'vault_unreadable',
      exit: EXIT.refused,
      hints: ['write it anew there as {"KEY": "value", …}: docs/kubernetes.md lists the keys'],
    })
  }
}

/** What a program prints is not quoted when it is no JSON. */
function read<Result>(program: string, parse: () => Result): Result {
  try {
    return parse()
  } catch {
    throw new CliError(`${program} answered something that todo5 does not know.`, {
      code: 'vault_failed',
      exit: EXIT.outsideProgram,
      hints: [`${program} --version        may be too old or too new`],
    })
  }
}

function ociVault(store: NonNullable<VaultProvider['oracle']>, calls: SecretCalls): Vault {
  const bundle = async (name: string) => {
    const result = await calls.vault(OCI, ociReadArgs(name, store), {expected: ({stderr}) => isOciMissing(stderr)})
    return result.exitCode === 0 ? read(OCI, () => parseOciBundle(result.stdout)) : undefined
  }
  return {
    kind: 'oci',
    read: async (name) => {
      const found = await bundle(name)
      return found && valuesIn(name, found.text, calls)
    },
    changedAt: async (name) => (await bundle(name))?.changedAt ?? null,
    write: async (name, made) => {
      const {compartment, encryptionKey: key} = store
      if (compartment === undefined || key === undefined) {
        throw new CliError('The SecretStore does not say in which compartment, and by which key, secrets are made.', {
          code: 'vault_incomplete',
          exit: EXIT.refused,
          hints: ['install charts/todo5-secrets with what terraform output -json vault says, as it is'],
        })
      }
      const {stdout} = await calls.vault(OCI, ociFindArgs(name, compartment, store))
      const id = read(OCI, () => parseOciFound(stdout))
      await calls.file(ociUpdateText(JSON.stringify(made)), async (file) => {
        const args =
          id === undefined ? ociCreateArgs(name, {compartment, key, file}, store) : ociUpdateArgs(id, file, store)
        await calls.vault(OCI, args)
      })
    },
  }
}

function azureVault(vault: string, calls: SecretCalls): Vault {
  const shown = async (name: string) => {
    const result = await calls.vault(AZ, azureReadArgs(name, vault), {expected: ({stderr}) => isAzureMissing(stderr)})
    return result.exitCode === 0 ? read(AZ, () => parseAzureSecret(result.stdout)) : undefined
  }
  return {
    kind: 'azure',
    read: async (name) => {
      const found = await shown(name)
      return found && valuesIn(name, found.text, calls)
    },
    changedAt: async (name) => (await shown(name))?.changedAt ?? null,
    write: async (name, made) =>
      void (await calls.file(
        JSON.stringify(made),
        async (file) => await calls.vault(AZ, azureWriteArgs(name, vault, file)),
      )),
  }
}

function googleVault(project: string, calls: SecretCalls): Vault {
  const missing = {expected: ({stderr}: {stderr: string}) => isGcloudMissing(stderr)}
  return {
    kind: 'gcp',
    read: async (name) => {
      const result = await calls.vault(GCLOUD, gcloudReadArgs(name, project), missing)
      return result.exitCode === 0 ? valuesIn(name, result.stdout, calls) : undefined
    },
    changedAt: async (name) => {
      const result = await calls.vault(GCLOUD, gcloudVersionsArgs(name, project), missing)
      return result.exitCode === 0 ? read(GCLOUD, () => parseGcloudVersions(result.stdout)) : null
    },
    write: async (name, made) => {
      const input = JSON.stringify(made)
      const {exitCode} = await calls.vault(GCLOUD, gcloudWriteArgs(name, project), {...missing, input})
      if (exitCode === 0) return
      await calls.vault(GCLOUD, gcloudCreateArgs(name, project))
      await calls.vault(GCLOUD, gcloudWriteArgs(name, project), {input})
    },
  }
}

/** Secrets of another namespace: External Secrets without a cloud. */
function namespaceVault(namespace: string, calls: SecretCalls): Vault {
  const there = {...calls.place, namespace}
  const found = async (name: string) => (await readNamed(calls, [name], there)).get(name)
  return {
    kind: 'kubernetes',
    read: async (name) => (await found(name))?.values,
    changedAt: async (name) => (await found(name))?.changedAt ?? null,
    write: async (name, made) => {
      const before = await found(name)
      if (before === undefined) return await createSecret(name, made, calls, there)
      const gone = Object.fromEntries(Object.keys(before.values).map((key) => [key, null]))
      await patchSecret(before, {...gone, ...made}, calls, there)
    },
  }
}
