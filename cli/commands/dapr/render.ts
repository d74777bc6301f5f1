import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {usageError} from '../../errors.ts'
import {noDapr, setFlag, valuesOf} from '../../dapr-flags.ts'
import {DAPR_TARGETS} from '../../operations/dapr-targets.ts'
import {helmValues} from '../../operations/helm-values.ts'
import {type RenderedResource, renderDapr} from '../../operations/render-dapr.ts'
import {writeDapr} from '../../operations/write-dapr.ts'

interface Rendered {
  readonly target: string
  readonly out: string | null
  readonly resources: readonly RenderedResource[]
}

export default class DaprRender extends BaseCommand<Rendered> {
  static override paged = true
  static override summary = 'Make the Dapr components, configurations and resiliency of a target.'
  static override description =
    'From dapr/ and dapr/environments/TARGET.yaml; the same values give the same bytes. No secret is in them, only where each is found. Prints them one after the other unless --out names a folder.'
  static override flags = {
    target: Flags.option({options: ['local', ...DAPR_TARGETS] as const, required: true, description: 'What for.'})(),
    ...setFlag,
    namespace: Flags.string({
      helpValue: 'NAME',
      description: 'Of a cluster: the namespace that todo5 is in (default: todo5).',
    }),
    out: Flags.string({helpValue: 'FOLDER', description: 'Write a file for each below this folder.'}),
    'helm-values': Flags.boolean({
      exclusive: ['out'],
      description: 'Print one file with values for the chart todo5 (docs/kubernetes.md).',
    }),
  }
  static override examples = [
    '<%= config.bin %> dapr render --target oke --out rendered',
    '<%= config.bin %> dapr render --target minikube | kubectl apply -f -',
    '<%= config.bin %> dapr render --target minikube --namespace tasks --helm-values',
  ]

  override async run(): Promise<Rendered> {
    const {flags} = await this.parse(DaprRender)
    const {target} = flags
    if (target === 'local') throw noDapr()
    const {namespace} = flags
    if (namespace !== undefined) checkNamespace(target, namespace)
    const resources = await renderDapr({target, values: valuesOf(flags.set), ...(namespace && {namespace})})
    const out = flags.out === undefined ? null : await writeDapr(resources, flags.out)
    if (flags['helm-values']) this.out.raw(helmValues(resources).trimEnd())
    else if (out === null)
      this.out.raw(
        resources
          .map(({path, text}) => `# ${path}\n${text}`)
          .join('---\n')
          .trimEnd(),
      )
    else this.out.data(...resources.map(({path}) => path))
    if (out !== null) this.out.note(`${resources.length} files in ${out}`)
    return {target, out, resources}
  }
}

function checkNamespace(target: string, namespace: string): void {
  if (target === 'host') {
    throw usageError('The host target is no cluster: it has no namespaces.', 'flag_of_clusters', '--target minikube')
  }
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/u.test(namespace)) {
    throw usageError(
      `--namespace ${namespace} is no name of Kubernetes.`,
      'invalid_value',
      'small letters, digits and hyphens, at most 63',
    )
  }
}
