import {mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {execa} from 'execa'
import {freePorts, LOOPBACK} from '../../cli/supervisor/host/ports.ts'
import {asArguments} from '../../cli/supervisor/host/program.ts'

/** A state store that lacks everything, which its sidecar is told to do without. */
const COMPONENT = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: broken}
spec: {type: state.postgresql, version: v2, ignoreErrors: true, metadata: []}
`

/** Our daprd has none of the kind that Dapr takes by itself, and ends without one. */
const CONFIGURATION = `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata: {name: broken}
spec: {nameResolution: {component: nameformat, configuration: {format: '{appid}.invalid'}}}
`

/** A sidecar besides those of the stack, of which a component does not start; Prometheus is told to look at it. */
export async function startBrokenSidecar(daprd: string, folder: string, targets: string) {
  const [resources, configuration] = [join(folder, 'resources'), join(folder, 'configuration.yaml')]
  await mkdir(resources, {recursive: true})
  await writeFile(join(resources, 'component.yaml'), COMPONENT)
  await writeFile(configuration, CONFIGURATION)
  const [http, grpc, internal, metrics] = await freePorts(4)
  const sidecar = execa(
    daprd,
    asArguments({
      'app-id': 'broken',
      'resources-path': resources,
      config: configuration,
      'dapr-listen-addresses': LOOPBACK,
      'dapr-http-port': http!,
      'dapr-grpc-port': grpc!,
      'dapr-internal-grpc-listen-address': LOOPBACK,
      'dapr-internal-grpc-port': internal!,
      'metrics-listen-address': LOOPBACK,
      'metrics-port': metrics!,
    }),
    {cwd: folder, reject: false, all: true, buffer: true},
  )
  const known = JSON.parse(await readFile(targets, 'utf8')) as object[]
  const more = {targets: [`${LOOPBACK}:${metrics}`], labels: {job: 'daprd-broken', service: 'daprd-broken'}}
  await writeFile(`${targets}.test`, JSON.stringify([...known, more]))
  await rename(`${targets}.test`, targets)
  return {
    stop: async (): Promise<void> => {
      sidecar.kill()
      await sidecar
    },
  }
}
