import type {PodTemplate} from '../../tools/kubectl-pods.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'

/** What a command needs there: charts/todo5 has a template of a pod for each. */
export const OPERATE_KINDS = ['stream', 'outbox', 'database'] as const
export type OperateKind = (typeof OPERATE_KINDS)[number]

export const OPERATE_LABEL = 'app.kubernetes.io/component=operate'
export const templateName = (kind: OperateKind): string => `operate-${kind}`

/** A pod as the template has it. It is made for one person's command, and says of whom. */
export function operatorPod({template}: Pick<PodTemplate, 'template'>, {name, by}: {name: string; by: string}): object {
  const {annotations, ...metadata} = template.metadata
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {...metadata, name, annotations: {...(annotations as object | undefined), 'todo5/operator': by}},
    spec: template.spec,
  }
}

/** What of this terminal and person the command there is told; what is secret stays here. */
export interface Caller {
  /** As this machine names them. */
  readonly person: string
  readonly timeZone: string
  readonly columns: number
  readonly colour: boolean
  readonly unicode: boolean
  readonly accessible: boolean
}

/** The command as it was typed, with the surroundings that it would have had here; and where it is, to name it in hints. */
export const wordsInPod = (caller: Caller, place: ClusterPlace, command: readonly string[]): string[] => [
  'env',
  `TZ=${caller.timeZone}`,
  `COLUMNS=${caller.columns}`,
  `TODO5_PERSON=${caller.person}`,
  `TODO5_KUBE_CONTEXT=${place.kubeContext}`,
  `TODO5_NAMESPACE=${place.namespace}`,
  ...(caller.colour ? ['FORCE_COLOR=1'] : ['NO_COLOR=1']),
  ...(caller.unicode ? ['LANG=C.UTF-8'] : ['TODO5_ASCII=1']),
  ...(caller.accessible ? ['TODO5_ACCESSIBLE=1'] : []),
  'todo5',
  ...command,
]
