import {join} from 'node:path'
import {parseJson, readIfThere} from './credentials.ts'

/** Where the Kafka of `todo5 up host` listens; undefined while it does not run. */
export async function readHostBrokers(dataDir: string): Promise<string | undefined> {
  const file = join(dataDir, 'host', 'state', 'host.json')
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  return (parseJson(text, file) as {kafka_brokers?: string | null}).kafka_brokers ?? undefined
}
