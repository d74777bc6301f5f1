import {join} from 'node:path'
import {Client} from 'pg'
import {sendSignal} from '../../../services/database/server/processes.ts'
import {eventually} from '../../support/eventually.ts'
import {type Replica, startReplica} from '../../support/faults/replica.ts'
import {HostTarget} from '../../support/stack/host-target.ts'
import {partitionShares} from '../../support/stack/partition-shares.ts'
import {programsOfTheStack} from '../../support/stack/programs.ts'
import {makeStackRoot} from '../../support/stack/stack-root.ts'
import {HostControl} from './host-control.ts'
import {keepCommitTimes, type Target} from './target.ts'

/** What makes the next occurrences, and the topic that it reads. */
const CONSUMER = 'recurring-task-service'
const TOPIC = 'task-events'

/** `todo5 up host`: each service a process beside its sidecar, with Kafka and PostgreSQL, on a disk. */
export async function startHost(): Promise<Target> {
  const programs = await programsOfTheStack()
  const root = await makeStackRoot()
  const host = await HostTarget.below(root.path, {programs})
  let control: HostControl | undefined
  const replicas: Replica[] = []
  const stop = async (): Promise<void> => {
    await control?.stop()
    await Promise.all(replicas.map(async (replica) => await replica.kill9()))
    await host.dispose()
    await root.close()
  }
  try {
    await host.json('up', 'host')
    const {database_url: url} = (await host.state())!
    await keepCommitTimes(url!)
    await restartPostgres(host, url!)
    const {processes, kafka_brokers: brokers} = (await host.state())!
    const running = processes.flatMap(({name, pid}) => (pid === null ? [] : [[name, pid] as const]))
    const postgres = running.find(([name]) => name === 'postgresql')![1]
    const measured = running.filter(([name]) =>
      /^(?:daprd-)?(?:task|recurring-task|notification|audit)-service|(?:daprd-)?chat-api|kafka/u.test(name),
    )
    const kafkaPid = running.find(([name]) => name === 'kafka')![1]
    const folder = join(root.path, 'control')
    return {
      name: 'host',
      databaseUrl: url!,
      pids: () => ({
        services: Object.fromEntries(
          measured.map(([name, pid]) => [name, [pid, ...replicas.flatMap(({pids}) => ofReplica(name, pids))]]),
        ),
        postgres,
      }),
      scale: async (consumers) => {
        while (replicas.length < consumers - 1) replicas.push(await startReplica(host, CONSUMER))
        for (const replica of replicas.splice(consumers - 1)) await replica.stop()
        await eventually('every consumer has its share', async () => {
          const shares = await partitionShares(brokers!, CONSUMER, TOPIC)
          return shares?.length === consumers && shares[0]! > 0
        })
      },
      control: async (wish) => {
        control ??= await HostControl.start({programs, folder, brokers: brokers!, kafkaPid})
        return await control.measure(wish)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function ofReplica(name: string, {service, sidecar}: Replica['pids']): number[] {
  if (name === CONSUMER) return [service]
  return name === `daprd-${CONSUMER}` ? [sidecar] : []
}

/** Its supervisor starts it again; the services wait for it meanwhile. */
async function restartPostgres(host: HostTarget, url: string): Promise<void> {
  const find = async () => (await host.state())!.processes.find(({name}) => name === 'postgresql')!
  const before = (await find()).pid!
  sendSignal(before, 'SIGINT')
  await eventually('PostgreSQL keeps commit times', async () => {
    const {pid, state} = await find()
    return state === 'running' && pid !== before && (await keepsCommitTimes(url))
  })
  await eventually('all services are well', async () => {
    const {code} = await host.todo5('status', 'host', '--json')
    return code === 0
  })
}

async function keepsCommitTimes(url: string): Promise<boolean> {
  const client = new Client({connectionString: url})
  try {
    await client.connect()
    const {rows} = await client.query<{track_commit_timestamp: string}>('show track_commit_timestamp')
    return rows[0]?.track_commit_timestamp === 'on'
  } catch {
    return false // not there yet
  } finally {
    await client.end().catch(() => undefined)
  }
}
