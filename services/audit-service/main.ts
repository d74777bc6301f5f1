import {TOPICS} from '../domain/events/event-types.ts'
import {subscribingComponent} from '../process/component-names.ts'
import {type ProcessRun, type RunningProcess, startServiceProcess} from '../process/service-process.ts'
import {createAuditService} from './service.ts'

export const start = async (run: ProcessRun): Promise<RunningProcess> =>
  startServiceProcess(
    {
      name: 'audit-service',
      variables: {},
      components: TOPICS.map(subscribingComponent),
      build: async ({config, logger, open}) => ({
        service: createAuditService({
          database: await open(config.DATABASE_POOL ?? 6),
          logger,
          // The relay is in another process, and looks at its outbox every 100 ms.
          committed: () => undefined,
        }),
      }),
    },
    run,
  )
