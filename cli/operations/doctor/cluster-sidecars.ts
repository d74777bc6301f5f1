import {z} from 'zod'
import {SERVICE_NAMES} from '../../../services/contracts/service-names.ts'
import {expectedIn, parseMetadata, type SidecarFacts} from '../../supervisor/host/sidecar-facts.ts'
import {daprResourcesArgs} from '../../tools/kubectl.ts'
import {execArgs} from '../../tools/kubectl-pods.ts'
import type {ProgramResult} from '../../tools/run-program.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'

/** A sidecar answers its own pod alone. */
const ASK =
  "fetch('http://127.0.0.1:'+(process.env.DAPR_HTTP_PORT??3500)+'/v1.0/metadata',{headers:{'dapr-api-token':process.env.DAPR_API_TOKEN??''}}).then(async(a)=>process.stdout.write(await a.text()))"

const resources = z.object({items: z.array(z.unknown())})

type Run = (args: readonly string[]) => Promise<ProgramResult>

/** What each sidecar should have loaded, as the cluster has it, and what it says that it has; of one pod of each service. */
export async function clusterSidecars(
  place: ClusterPlace,
  run: Run,
  ask: (args: readonly string[]) => Promise<string>,
): Promise<SidecarFacts[]> {
  const {items} = resources.parse(JSON.parse(await ask(daprResourcesArgs(place))))
  return await Promise.all(
    SERVICE_NAMES.map(async (app) => ({
      app,
      expected: expectedIn(items, app),
      loaded: await loadedBy(app, place, run),
    })),
  )
}

async function loadedBy(app: string, place: ClusterPlace, run: Run): Promise<SidecarFacts['loaded']> {
  const words = ['node', '--eval', ASK]
  const {exitCode, stdout} = await run(
    execArgs(place, {pod: `deployment/${app}`, container: app, stdin: false, tty: false, words}),
  )
  const loaded = exitCode === 0 ? parseMetadata(jsonIn(stdout)) : undefined
  return loaded && {...loaded, components: loaded.components.filter(({name}) => name !== BUILT_IN)}
}

/** The store of secrets that every sidecar in Kubernetes has of itself. */
const BUILT_IN = 'kubernetes'

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a sidecar that refuses says so in words
  }
}
