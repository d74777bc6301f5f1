/** The arguments of kubectl for a Job that todo5 makes, and what it answers. */
import {z} from 'zod'

interface Where {
  readonly namespace: string
  readonly kubeContext: string
}

const at = ({namespace, kubeContext}: Where): string[] => [
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
  '--request-timeout=20s',
]

export const podTemplateArgs = (name: string, where: Where): string[] => [
  'get',
  'podtemplate',
  name,
  '--ignore-not-found',
  '--output=json',
  ...at(where),
]

export const jobArgs = (name: string, where: Where): string[] => ['get', 'job', name, '--output=json', ...at(where)]

/** Of its one pod. */
export const jobLogArgs = (name: string, where: Where): string[] => ['logs', `job/${name}`, '--tail=200', ...at(where)]

/** With its pods; does not wait until they are gone. */
export const deleteJobArgs = (name: string, where: Where): string[] => [
  'delete',
  `job/${name}`,
  `secret/${name}`,
  '--ignore-not-found',
  '--wait=false',
  ...at(where),
]

const template = z.object({
  template: z.object({
    metadata: z.looseObject({}),
    spec: z.looseObject({
      containers: z
        .array(z.looseObject({name: z.string(), env: z.array(z.looseObject({name: z.string()})).default([])}))
        .length(1),
    }),
  }),
})
export type VerifyTemplate = z.infer<typeof template>['template']

/** Undefined when there is none. @throws ZodError, SyntaxError */
export const parseTemplate = (stdout: string): VerifyTemplate | undefined =>
  stdout.trim() === '' ? undefined : template.parse(JSON.parse(stdout)).template

const job = z.object({
  status: z.object({succeeded: z.int().default(0), failed: z.int().default(0)}).default({succeeded: 0, failed: 0}),
})

/** Whether it has ended, either way. @throws ZodError, SyntaxError */
export function parseJobEnded(stdout: string): boolean {
  const {succeeded, failed} = job.parse(JSON.parse(stdout)).status
  return succeeded + failed > 0
}
