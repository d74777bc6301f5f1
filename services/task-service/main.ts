import {PUBLISHING_COMPONENT} from '../process/component-names.ts'
import {type ProcessRun, type RunningProcess, startServiceProcess} from '../process/service-process.ts'
import {TASK_SERVICE_VARIABLES} from './config.ts'
import {createTaskService} from './service.ts'

export const start = async (run: ProcessRun): Promise<RunningProcess> =>
  startServiceProcess(
    {
      name: 'task-service',
      variables: TASK_SERVICE_VARIABLES,
      components: [PUBLISHING_COMPONENT],
      build: async ({config, logger, open, publisher, replica}) => ({
        service: createTaskService({
          database: await open(config.DATABASE_POOL ?? 16),
          relayDatabase: await open(3, config.RELAY_DATABASE_URL),
          publisher,
          holder: replica,
          logger,
        }),
      }),
    },
    run,
  )
