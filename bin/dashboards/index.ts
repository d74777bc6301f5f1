import {dapr} from './dapr.ts'
import {kafka} from './kafka.ts'
import {recurringTasks} from './recurring-tasks.ts'

/** By file name below charts/todo5/files/dashboards. */
export const DASHBOARDS: Readonly<Record<string, object>> = {
  'dapr.json': dapr,
  'kafka.json': kafka,
  'recurring-tasks.json': recurringTasks,
}
