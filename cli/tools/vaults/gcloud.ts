/** Secret Manager by the command line of Google Cloud. */
import {z} from 'zod'

export const GCLOUD = 'gcloud'

export const gcloudReadArgs = (name: string, project: string): string[] => [
  'secrets',
  'versions',
  'access',
  'latest',
  `--secret=${name}`,
  `--project=${project}`,
]

/** The newest first. */
export const gcloudVersionsArgs = (name: string, project: string): string[] => [
  'secrets',
  'versions',
  'list',
  name,
  `--project=${project}`,
  '--filter=state=ENABLED',
  '--sort-by=~createTime',
  '--limit=1',
  '--format=json',
]

/** Reads the value from standard input. */
export const gcloudWriteArgs = (name: string, project: string): string[] => [
  'secrets',
  'versions',
  'add',
  name,
  '--data-file=-',
  `--project=${project}`,
  '--quiet',
]

export const gcloudCreateArgs = (name: string, project: string): string[] => [
  'secrets',
  'create',
  name,
  '--replication-policy=automatic',
  `--project=${project}`,
  '--quiet',
]

const versions = z.array(z.object({createTime: z.iso.datetime({offset: true})}))

/** When the newest was made; null: there is none. @throws ZodError, SyntaxError */
export const parseGcloudVersions = (stdout: string): string | null =>
  versions.parse(JSON.parse(stdout))[0]?.createTime ?? null

export const isGcloudMissing = (stderr: string): boolean => /NOT_FOUND/u.test(stderr)
