import {readFile} from 'node:fs/promises'
import {DomainError} from '../domain/errors.ts'
import {listen} from '../adapters/embedded/listener.ts'
import {type ProcessRun, type RunningProcess, handlerOf} from '../process/service-process.ts'
import {PROCESS_VARIABLES} from '../process/variables.ts'
import {readEnvironment} from '../runtime/environment.ts'
import {Health} from '../runtime/health.ts'
import {createHttpApp} from '../runtime/http-app.ts'
import {formatOf} from '../runtime/log-format.ts'
import {createLogger} from '../runtime/logger.ts'
import {Metrics} from '../runtime/metrics.ts'
import {Undo} from '../runtime/undo.ts'
import {MAILBOX_VARIABLES} from './config.ts'
import {createMailbox} from './mailbox.ts'

/** The mailbox as a process of its own: SMTP, the page for this machine, and the API for the edge. */
export async function start(run: ProcessRun): Promise<RunningProcess> {
  const config = await readEnvironment({...PROCESS_VARIABLES, ...MAILBOX_VARIABLES}, run.environment, {
    readFile: async (path) => readFile(path, 'utf8'),
  })
  const logger = createLogger('mailbox', config.LOG_LEVEL, run.log, undefined, formatOf(config))
  const undo = new Undo()
  try {
    const listener = await listen(config.HOST, config.PORT)
    undo.add(async () => listener.close(1000))
    const mailbox = await createMailbox({
      directory: config.MAILBOX_DIR,
      host: config.SMTP_HOST,
      port: config.SMTP_PORT,
      logger,
    })
    await mailbox.start()
    undo.add(async () => mailbox.stop())
    const app = createHttpApp({
      service: 'mailbox',
      logger,
      metrics: new Metrics('mailbox'),
      health: new Health('mailbox', {}),
      routes: [mailbox.router],
      before: [
        async (ctx, next) => {
          // The edge vouches for the user; the pages are for whoever sits at this machine.
          if (ctx.path.startsWith('/api/') && ctx.get('dapr-api-token') !== config.APP_API_TOKEN) {
            throw new DomainError('unauthenticated', 'wrong_token', 'The request does not carry the token of the edge.')
          }
          await next()
        },
      ],
    })
    listener.serve(handlerOf(app.callback()))
    logger.info({port: config.PORT, smtp_port: config.SMTP_PORT}, 'ready')
  } catch (error) {
    await undo.run().catch((cause: unknown) => logger.warn({error: cause}, 'the failed start was not undone cleanly'))
    throw error
  }
  return {stop: async () => undo.run()}
}
