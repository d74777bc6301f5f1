/** Key Vault by the command line of Azure, version 2. */
import {z} from 'zod'

export const AZ = 'az'

/** `https://NAME.vault.azure.net/` */
export const azureName = (vaultUrl: string): string => new URL(vaultUrl).hostname.split('.')[0]!

export const azureReadArgs = (name: string, vault: string): string[] => [
  'keyvault',
  'secret',
  'show',
  '--vault-name',
  vault,
  '--name',
  name,
  '--output',
  'json',
]

/** Makes it, or a new version of it; says nothing, as it would say the value. */
export const azureWriteArgs = (name: string, vault: string, file: string): string[] => [
  'keyvault',
  'secret',
  'set',
  '--vault-name',
  vault,
  '--name',
  name,
  '--file',
  file,
  '--encoding',
  'utf-8',
  '--output',
  'none',
]

const shown = z.object({
  value: z.string(),
  attributes: z.object({created: z.iso.datetime({offset: true}).nullish()}).optional(),
})

/** @throws ZodError, SyntaxError */
export function parseAzureSecret(stdout: string): {text: string; changedAt: string | null} {
  const {value, attributes} = shown.parse(JSON.parse(stdout))
  return {text: value, changedAt: attributes?.created ?? null}
}

export const isAzureMissing = (stderr: string): boolean => /SecretNotFound/u.test(stderr)
