import {subscribingComponent} from '../process/component-names.ts'
import {type ProcessRun, type RunningProcess, startServiceProcess} from '../process/service-process.ts'
import {createRecurringTaskService} from './service.ts'

export const start = async (run: ProcessRun): Promise<RunningProcess> =>
  startServiceProcess(
    {
      name: 'recurring-task-service',
      variables: {},
      components: [subscribingComponent('task-events')],
      build: async ({config, logger, open}) => ({
        service: createRecurringTaskService({
          database: await open(config.DATABASE_POOL ?? 6),
          logger,
          // The relay is in another process, and looks at its outbox every 100 ms.
          committed: () => undefined,
        }),
      }),
    },
    run,
  )
