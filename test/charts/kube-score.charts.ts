import {beforeAll, describe, expect, test} from 'vitest'
import {KUBERNETES, render, type Rendered, renderMonitoring} from './helm.ts'
import {program} from './program.ts'

const SCALED = {
  exposure: {kind: 'ingress', host: 'a.b', ingress: {className: 'nginx', tlsSecret: 'tls'}},
  autoscaling: {mode: 'hpa'},
  tracing: {zipkinEndpoint: 'http://zipkin.todo5-monitoring:9411/api/v2/spans'},
}
const RENDERED: Readonly<Record<string, () => Promise<Rendered[]>>> = {
  todo5: async () => await render('todo5'),
  'todo5, scaled': async () => await render('todo5', SCALED),
  'todo5-platform': async () => await render('todo5-platform'),
  monitoring: renderMonitoring,
}

/** What kube-score criticises and stays, with the reason. Each entry has to be needed somewhere. */
const ACCEPTED: Readonly<Record<string, string>> = {
  'container-ephemeral-storage-request-and-limit':
    'The root cannot be written, each emptyDir has a size limit, and the kubelet rotates what is logged: nothing is left to limit.',
  'container-image-pull-policy': 'Tags of todo5 are never used twice, and Minikube has images that no registry has.',
  'container-resources':
    'Only the CPU limit is missing: it would throttle a pod beside an idle CPU, so that reminders come late; requests share it out.',
  'container-security-context-user-group-id':
    'The numbers are those of the images (node 1000, postgres 999), whose files belong to them; none is root.',
  'networkpolicy-targets-pod': 'The pods of operate-* are made of PodTemplates, which kube-score does not read.',
  'deployment-has-host-podantiaffinity': 'topologySpreadConstraints spread over zones and nodes, and more evenly.',
  'horizontalpodautoscaler-replicas':
    'One pod of each fits into the free tier; who wants two says services.*.replicas.',
  'deployment-replicas': 'The same; and what watches todo5 on Minikube keeps its figures in the memory of one pod.',
  'deployment-strategy': 'Two Prometheus or Zipkin at once would need the memory twice, on a machine that has little.',
  'pod-probes-identical':
    'Kafka, mailbox and Zipkin depend on nobody else: whether they answer is all there is to ask, more patiently for an end.',
  'statefulset-has-servicename':
    'It wants a headless Service; each has one pod, which its ordinary Service leads to, and nobody needs the name of the pod.',
}

interface Check {
  readonly check: {readonly id: string}
  /** 1 critical, 5 warning, 7 almost, 10 ok. */
  readonly grade: number
  readonly skipped: boolean
  readonly comments: readonly {readonly path: string; readonly summary: string}[] | null
}
interface Finding {
  readonly id: string
  readonly text: string
}

async function findings(objects: readonly Rendered[]): Promise<Finding[]> {
  // JSON is YAML of every version: `off` stays a text.
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n')
  const minor = KUBERNETES.split('.').slice(0, 2).join('.')
  const args = [
    'score',
    `--kubernetes-version=v${minor}`,
    '--disable-ignore-checks-annotations',
    '--output-format=json',
    '-',
  ]
  const {stdout, stderr} = await program('kube-score', args, text)
  if (stdout === '') throw new Error(stderr)
  const scored = JSON.parse(stdout) as {object_name: string; checks: Check[] | null}[]
  return scored.flatMap(({object_name: name, checks}) =>
    (checks ?? [])
      .filter(({grade, skipped}) => grade < 7 && !skipped)
      .flatMap(({check, comments}) =>
        (comments ?? []).map(({path, summary}) => ({id: check.id, text: `${name} ${path}: ${summary}`})),
      ),
  )
}

let found: Readonly<Record<string, Finding[]>>
beforeAll(async () => {
  const entries = Object.entries(RENDERED).map(async ([name, make]) => [name, await findings(await make())] as const)
  found = Object.fromEntries(await Promise.all(entries))
})

describe('kube-score', () => {
  test.each(Object.keys(RENDERED))('finds nothing in %s but what has a reason', (name) => {
    expect(found[name]!.filter(({id}) => ACCEPTED[id] === undefined)).toEqual([])
  })

  test('each reason is needed', () => {
    const ids = new Set(Object.values(found).flatMap((some) => some.map(({id}) => id)))
    expect([...ids].toSorted()).toEqual(Object.keys(ACCEPTED).toSorted())
  })

  test('of resources only the CPU limit is missing', () => {
    const texts = Object.values(found).flatMap((some) => some.filter(({id}) => id === 'container-resources'))
    for (const {text} of texts) expect(text).toMatch(/: CPU limit is not set$/u)
  })

  test('what is wrong would be found', async () => {
    const [deployment] = (await render('todo5')).filter(({kind}) => kind === 'Deployment')
    delete deployment.spec.template.spec.containers[0].resources
    delete deployment.spec.template.spec.containers[0].securityContext
    const ids = (await findings([deployment])).map(({id}) => id)
    expect(ids).toEqual(
      expect.arrayContaining(['container-resources', 'container-security-context-readonlyrootfilesystem']),
    )
  })
})
