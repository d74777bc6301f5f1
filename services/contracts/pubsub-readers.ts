/**
 * As many members of its consumer group has each sidecar. Dapr delivers the batches of one pub/sub component one after the
 * other, whatever their partition (`common/component/kafka/consumer.go` of components-contrib 1.18.4): with one component
 * for twelve partitions a batch had two to six events where it may have a hundred. Divides the number of partitions.
 */
const READERS = 4

/** A component and those that are like it in all but the name, in which they are numbered from 2 on. */
export const readersLike = (component: string): string[] =>
  Array.from({length: READERS}, (_, place) => (place === 0 ? component : `${component}-${place + 1}`))
