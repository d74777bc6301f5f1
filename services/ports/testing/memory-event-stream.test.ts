import {describeEventStream} from '../event-stream.contract.ts'
import {createMemoryEventStream} from './memory-event-stream.ts'

let topics = 0

describeEventStream('the fake', async () => {
  const names = Array.from({length: 100}, (_, n) => `topic-${n}`)
  const stream = createMemoryEventStream({topics: names})
  return {
    stream,
    topic: async () => names[topics++]!,
    expire: async (topic, partition, before) => stream.expire(topic, partition, before),
    oneInstallation: false,
    close: async () => {},
  }
})
