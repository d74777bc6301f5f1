import {createSmtpMailer} from '../adapters/smtp/mailer.ts'
import {createPushSender} from '../adapters/web-push/push-sender.ts'
import {createGuardedSender} from '../adapters/webhook/guarded-sender.ts'
import {subscribingComponent} from '../process/component-names.ts'
import {type ProcessRun, type RunningProcess, startServiceProcess} from '../process/service-process.ts'
import {NOTIFICATION_SERVICE_VARIABLES, smtpUrl} from './config.ts'
import {createNotificationService} from './service.ts'

export const start = async (run: ProcessRun): Promise<RunningProcess> =>
  startServiceProcess(
    {
      name: 'notification-service',
      variables: NOTIFICATION_SERVICE_VARIABLES,
      components: [subscribingComponent('reminders')],
      build: async ({config, jobs, logger, open, undo}) => {
        const mailer = createSmtpMailer({url: smtpUrl(config), from: config.MAIL_FROM})
        undo.add(() => mailer.close())
        const sender = createGuardedSender({reach: config.OUTBOUND_REACH ?? 'public'})
        const {PUSH_SECRET: secret} = config
        return {
          service: createNotificationService({
            database: await open(config.DATABASE_POOL ?? 10),
            jobs,
            mailer,
            logger,
            publicUrl: config.PUBLIC_URL,
            messageIdDomain: mailer.domain,
            webhooks: sender,
            ...(secret !== undefined && {push: createPushSender({secret, contact: config.PUBLIC_URL, sender})}),
          }),
        }
      },
    },
    run,
  )
