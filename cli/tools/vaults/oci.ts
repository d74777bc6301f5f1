/** The Vault of Oracle by its command line, version 3. Values go in by a file, as an argument would be seen by everybody. */
import {z} from 'zod'

export const OCI = 'oci'

export interface OciVault {
  readonly vault: string
  readonly region: string
}

export const ociReadArgs = (name: string, {vault, region}: OciVault): string[] => [
  'secrets',
  'secret-bundle',
  'get-secret-bundle-by-name',
  '--secret-name',
  name,
  '--vault-id',
  vault,
  '--region',
  region,
]

export const ociFindArgs = (name: string, compartment: string, {vault, region}: OciVault): string[] => [
  'vault',
  'secret',
  'list',
  '--compartment-id',
  compartment,
  '--vault-id',
  vault,
  '--name',
  name,
  '--region',
  region,
]

/** The file is of `ociUpdateText`. */
export const ociUpdateArgs = (id: string, file: string, {region}: OciVault): string[] => [
  'vault',
  'secret',
  'update-base64',
  '--secret-id',
  id,
  '--from-json',
  `file://${file}`,
  '--force',
  '--region',
  region,
]

export const ociCreateArgs = (
  name: string,
  {compartment, key, file}: {compartment: string; key: string; file: string},
  {vault, region}: OciVault,
): string[] => [
  'vault',
  'secret',
  'create-base64',
  '--compartment-id',
  compartment,
  '--vault-id',
  vault,
  '--key-id',
  key,
  '--secret-name',
  name,
  '--from-json',
  `file://${file}`,
  '--region',
  region,
]

export const ociUpdateText = (text: string): string =>
  JSON.stringify({secretContentContent: Buffer.from(text).toString('base64')})

const bundle = z.object({
  data: z.object({
    'secret-bundle-content': z.object({content: z.base64()}),
    'time-created': z.iso.datetime({offset: true}).nullish(),
  }),
})

/** @throws ZodError, SyntaxError */
export function parseOciBundle(stdout: string): {text: string; changedAt: string | null} {
  const {data} = bundle.parse(JSON.parse(stdout))
  return {
    text: Buffer.from(data['secret-bundle-content'].content, 'base64').toString(),
    changedAt: data['time-created'] ?? null,
  }
}

const found = z.object({data: z.array(z.object({id: z.string(), 'lifecycle-state': z.string()}))})

/** The id; undefined: there is none that lives. It prints nothing at all when there is none. @throws ZodError, SyntaxError */
export const parseOciFound = (stdout: string): string | undefined =>
  stdout.trim() === ''
    ? undefined
    : found.parse(JSON.parse(stdout)).data.find((one) => /^(ACTIVE|UPDATING|CREATING)$/u.test(one['lifecycle-state']))
        ?.id

/** Whether it says that there is no such secret. */
export const isOciMissing = (stderr: string): boolean => /NotAuthorizedOrNotFound|"status": 404/u.test(stderr)
