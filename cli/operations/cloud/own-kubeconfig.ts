import {parse, stringify} from 'yaml'
import {z} from 'zod'
import type {CloudPlace} from './cloud-place.ts'

const named = z.looseObject({name: z.string()})
const kubeconfig = z.looseObject({
  clusters: z.array(named).min(1),
  users: z.array(named).min(1),
  contexts: z.array(named.extend({context: z.looseObject({})})).min(1),
  'current-context': z.string().optional(),
})

/** A kubeconfig as the cloud makes it, whose one context is called as todo5 calls the place. @throws ZodError, YAMLParseError */
export function ownKubeconfig(text: string, {name, namespace}: Pick<CloudPlace, 'name' | 'namespace'>): string {
  const config = kubeconfig.parse(parse(text))
  const current = config.contexts.find((one) => one.name === config['current-context']) ?? config.contexts[0]!
  return stringify({
    ...config,
    contexts: [{name, context: {...current.context, namespace}}],
    'current-context': name,
  })
}
