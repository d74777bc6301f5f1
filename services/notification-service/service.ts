import type {Router} from '@koa/router'
import type {Database} from '../database/database.ts'
import {rememberInstallation} from '../database/installation.ts'
import {query} from '../database/query.ts'
import type {JobScheduler} from '../ports/job-scheduler.ts'
import type {Mailer} from '../ports/mailer.ts'
import type {PushSender} from '../ports/push-sender.ts'
import type {WebSender} from '../ports/web-sender.ts'
import {Health} from '../runtime/health.ts'
import {type HttpState, createHttpApp} from '../runtime/http-app.ts'
import type {Logger} from '../runtime/logger.ts'
import {Metrics} from '../runtime/metrics.ts'
import {periodic} from '../runtime/periodic.ts'
import type {Service} from '../runtime/service.ts'
import {serviceStateRoute} from '../runtime/service-state.ts'
import {type Channel, ChannelRegistry} from './channels/channel.ts'
import {createEmailChannel} from './channels/email.ts'
import {createPushChannel} from './channels/push.ts'
import {createWebhook} from './channels/webhook.ts'
import {Dispatcher} from './jobs/dispatcher.ts'
import {makeJobs} from './jobs/make-jobs.ts'
import {sweep} from './jobs/sweep.ts'
import {WakeUps} from './jobs/wake-ups.ts'
import {createReminderMetrics} from './reminder-metrics.ts'
import {accountMailRoutes} from './routes/account-mails.ts'
import {reminderRoutes} from './routes/reminders.ts'
import {webChannelRoutes} from './routes/web-channels.ts'
import {DEFAULT_SETTINGS, type ReminderSettings} from './settings.ts'
import {subscribeToReminders} from './subscriptions/reminder-events.ts'
import {Claims} from './use-cases/claims.ts'
import {Finisher} from './use-cases/finisher.ts'

export interface NotificationDeps {
  /** Logged in as the notification role. */
  readonly database: Database
  /** Where jobs are made; the composition root gives it this service's jobHandler. */
  readonly jobs: JobScheduler
  readonly mailer: Mailer
  readonly logger: Logger
  /** Where people reach todo5, for links in mails, such as http://127.0.0.1:8636 */
  readonly publicUrl: string
  /** Domain of the Message-IDs; that of the sender, where there is one. */
  readonly messageIdDomain?: string
  /** Called after each commit that put events into the outbox. */
  readonly committed?: () => void
  /** Carries webhooks; none: there is no such channel. */
  readonly webhooks?: WebSender
  /** Carries notifications to devices; none: there is no such channel. */
  readonly push?: PushSender
  /** Further channels. */
  readonly channels?: readonly Channel[]
  readonly settings?: Partial<ReminderSettings>
  /** There is no other instance: who claimed something before its start is dead. */
  readonly alone?: boolean
}

/** Of Message-IDs. */
const DEFAULT_DOMAIN = 'todo5'

/** Sends reminders when their time has come: by jobs, and by sweeps behind them. */
export function createNotificationService(deps: NotificationDeps): Service & Required<Pick<Service, 'jobHandler'>> {
  const {database, logger, jobs} = deps
  const settings = {...DEFAULT_SETTINGS, ...deps.settings}
  const metrics = new Metrics('notification-service')
  metrics.watchConnections(database)
  const health = new Health('notification-service', {
    database: async () => void (await database.acrossUsers(async (tx) => query(tx, 'select 1'))),
  })
  const {channels, webhook} = openChannels(deps)
  const installation = rememberInstallation(database)
  const {messageIdDomain: domain = DEFAULT_DOMAIN} = deps
  const origin = async () => ({installation: await installation(), domain})
  const claims = new Claims(database, settings)
  const counts = createReminderMetrics(metrics)
  const state = serviceStateRoute({health, metrics, reminders: () => counts.recent.look()})
  const finisher = new Finisher({
    database,
    settings,
    metrics: counts,
    logger,
    committed: deps.committed ?? (() => undefined),
  })
  const dispatcher = new Dispatcher({database, channels, claims, finisher, origin, settings, logger})

  const jobMaker = periodic({
    name: 'making of reminder jobs',
    logger,
    idleMs: settings.sweepMs,
    work: async () => makeJobs({database, jobs, settings, installation}),
  })
  const sweeper = periodic({
    name: 'reminder sweep',
    logger,
    idleMs: settings.sweepMs,
    work: async () => sweep({claims, dispatcher}),
  })
  const wakeUps = new WakeUps({
    database,
    claims,
    dispatcher,
    settings,
    installation,
    logger,
    onLate: () => sweeper.wake(),
  })

  return {
    name: 'notification-service',
    app: createHttpApp({
      service: 'notification-service',
      logger,
      metrics,
      health,
      routes: [...routesOf(deps, {webhook, channels}, () => sweeper.wake()), state],
    }),
    metrics,
    subscriptions: [
      subscribeToReminders({
        database,
        logger,
        metrics,
        jobWindowSeconds: settings.jobWindowSeconds,
        onScheduled: () => jobMaker.wake(),
      }),
    ],
    jobHandler: wakeUps.handler,
    async start() {
      if (deps.alone) {
        const ended = await claims.endLeases()
        if (ended > 0) logger.info({deliveries: ended}, 'takes over what was claimed when todo5 was killed')
      }
      sweeper.start()
      jobMaker.start()
    },
    async stop() {
      health.drain()
      dispatcher.close()
      await Promise.all([jobMaker.stop(), sweeper.stop(), wakeUps.stop()])
      await dispatcher.stop()
    },
  }
}

function routesOf(
  {database, mailer, publicUrl, push, committed, messageIdDomain = DEFAULT_DOMAIN}: NotificationDeps,
  {webhook, channels}: ReturnType<typeof openChannels>,
  onRetried: () => void,
): Router<HttpState>[] {
  const mails = {database, mailer, publicUrl, messageIdDomain}
  return [
    accountMailRoutes(mails),
    webChannelRoutes({webhook, pushKey: push?.publicKey}),
    reminderRoutes({
      ...mails,
      webhook,
      channels,
      onRetried: () => {
        committed?.()
        onRetried()
      },
    }),
  ]
}

function openChannels({database, mailer, publicUrl, webhooks, push, channels = []}: NotificationDeps) {
  const webhook = webhooks && createWebhook({database, sender: webhooks, publicUrl})
  return {
    webhook,
    channels: new ChannelRegistry([
      createEmailChannel({mailer, publicUrl}),
      ...(push ? [createPushChannel({database, sender: push})] : []),
      ...(webhook ? [webhook.channel] : []),
      ...channels,
    ]),
  }
}
