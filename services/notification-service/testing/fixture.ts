import {randomUUID} from 'node:crypto'
import {Client, TypeOverrides} from 'pg'
import {createDatabase} from '../../../test/support/postgres.ts'
import {quietLogger} from '../../../test/support/pipeline.ts'
import {type TestSmtpServer, startSmtpServer} from '../../../test/support/smtp-server.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {type SmtpMailer, createSmtpMailer} from '../../adapters/smtp/mailer.ts'
import {type Database, openDatabase} from '../../database/database.ts'
import type {DeliveryAttempt} from '../../database/entities/reminder.ts'
import type {Mailer} from '../../ports/mailer.ts'
import type {PushSender} from '../../ports/push-sender.ts'
import type {WebSender} from '../../ports/web-sender.ts'
import type {Channel} from '../channels/channel.ts'
import {createNotificationService} from '../service.ts'
import type {ReminderSettings} from '../settings.ts'
import {MemoryJobs} from './memory-jobs.ts'

export type NotificationService = ReturnType<typeof createNotificationService>

/** Times so short that a test need not wait; how they relate is as in production. */
const QUICK: Partial<ReminderSettings> = {
  sweepMs: 50,
  jobTimeoutMs: 200,
  leaseSeconds: 3,
  sendTimeoutMs: 1000,
  retryDelay: (failures) => (failures > 10 ? null : 0.01),
}

export interface InstanceOptions {
  readonly settings?: Partial<ReminderSettings>
  readonly channels?: readonly Channel[]
  readonly webhooks?: WebSender
  readonly push?: PushSender
  readonly wrapMailer?: (mailer: Mailer) => Mailer
  readonly wrapDatabase?: (database: Database) => Database
  readonly jobs?: MemoryJobs
  readonly alone?: boolean
}

export interface ReminderRow {
  readonly state: string
  readonly revision: number
  readonly reminder_at: Date
  readonly nag_left: number
}

export interface DeliveryRow {
  readonly reminder_id: number
  readonly revision: number
  readonly channel: string
  readonly state: string
  readonly attempts: number
  readonly error: string | null
  readonly attempt_log: readonly DeliveryAttempt[]
  readonly message_id: string | null
  readonly sent_at: Date | null
}

/** Tasks and reminders as the Task Service writes them, a real SMTP server, and instances of the service. */
export class Fixture {
  readonly jobs = new MemoryJobs()
  readonly #close: (() => Promise<void> | void)[] = []
  readonly #url: string
  readonly admin: Client
  readonly smtp: TestSmtpServer
  readonly logs = quietLogger('notification-service')

  private constructor(url: string, admin: Client, smtp: TestSmtpServer) {
    this.#url = url
    this.admin = admin
    this.smtp = smtp
  }

  static async create(): Promise<Fixture> {
    const {url} = await createDatabase()
    // Ids are numbers here, as in the services.
    const types = new TypeOverrides()
    types.setTypeParser(20, Number)
    const admin = new Client({connectionString: url, types})
    await admin.connect()
    return new Fixture(url, admin, await startSmtpServer())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.jobs.stop()
    for (const close of this.#close.reverse()) await close()
    await this.smtp.stop()
    await this.admin.end()
  }

  async database(): Promise<Database> {
    const database = await openDatabase({
      url: serviceUrl(this.#url, 'notification'),
      poolSize: 10,
      applicationName: 'test notification',
    })
    this.#close.push(async () => database.close())
    return database
  }

  /** An instance, not started; stopped with the fixture. */
  async instance(options: InstanceOptions = {}): Promise<NotificationService> {
    const database = await this.database()
    const mailer: SmtpMailer = createSmtpMailer({
      url: this.smtp.url,
      from: {name: 'todo5', address: 'todo5@example.test'},
    })
    const jobs = options.jobs ?? this.jobs
    const service = createNotificationService({
      database: options.wrapDatabase?.(database) ?? database,
      jobs,
      mailer: options.wrapMailer?.(mailer) ?? mailer,
      logger: this.logs.logger,
      publicUrl: 'http://127.0.0.1:8636',
      messageIdDomain: mailer.domain,
      channels: options.channels ?? [],
      ...(options.webhooks && {webhooks: options.webhooks}),
      ...(options.push && {push: options.push}),
      alone: options.alone ?? false,
      settings: {...QUICK, ...options.settings},
    })
    jobs.handle(service.jobHandler)
    this.#close.push(async () => {
      await service.stop()
      mailer.close()
    })
    return service
  }

  async start(options: InstanceOptions = {}): Promise<NotificationService> {
    const service = await this.instance(options)
    await service.start()
    return service
  }

  async addUser(profile: {email?: string; timeZone?: string; channels?: string[]} = {}): Promise<string> {
    const userId = randomUUID()
    await this.admin.query('insert into todo.profiles (user_id, email, time_zone, channels) values ($1, $2, $3, $4)', [
      userId,
      profile.email ?? `${userId}@example.test`,
      profile.timeZone ?? 'UTC',
      profile.channels ?? ['email'],
    ])
    return userId
  }

  async addTask(userId: string, title = 'Water the plants'): Promise<number> {
    const {rows} = await this.admin.query<{id: number}>(
      `insert into todo.tasks (user_id, title, due_at) values ($1, $2, date_trunc('second', clock_timestamp()) + interval '1 hour') returning id`,
      [userId, title],
    )
    return rows[0]!.id
  }

  /** A reminder `inSeconds` from now, made just now or so long ago that it counts as late. */
  async addReminder(
    userId: string,
    taskId: number,
    reminder: {inSeconds: number; madeBefore?: boolean; channels?: string[]; nag?: {every: number; left: number}},
  ): Promise<number> {
    const {rows} = await this.admin.query<{id: number}>(
      `insert into todo.reminders (user_id, task_id, offset_seconds, reminder_at, channels, nag_every_seconds, nag_left, revised_at)
       values ($1, $2, 3600, clock_timestamp() + make_interval(secs => $3), $4, $5, $6,
         case when $7 then clock_timestamp() - interval '30 days' else clock_timestamp() end) returning id`,
      [
        userId,
        taskId,
        reminder.inSeconds,
        reminder.channels ?? null,
        reminder.nag?.every ?? null,
        reminder.nag?.left ?? 0,
        reminder.madeBefore ?? false,
      ],
    )
    await this.admin.query(
      `update todo.tasks set reminder_at = (select min(reminder_at) from todo.reminders where task_id = $1 and state = 'scheduled') where id = $1`,
      [taskId],
    )
    return rows[0]!.id
  }

  /** A task with one reminder of a user of its own. */
  async remind(inSeconds: number): Promise<{userId: string; taskId: number; reminderId: number}> {
    const userId = await this.addUser()
    const taskId = await this.addTask(userId)
    return {userId, taskId, reminderId: await this.addReminder(userId, taskId, {inSeconds})}
  }

  async reminder(id: number): Promise<ReminderRow> {
    const {rows} = await this.admin.query<ReminderRow>('select * from todo.reminders where id = $1', [id])
    return rows[0]!
  }

  async deliveries(reminderId: number): Promise<DeliveryRow[]> {
    const {rows} = await this.admin.query<DeliveryRow>(
      'select * from todo.reminder_deliveries where reminder_id = $1 order by revision, channel',
      [reminderId],
    )
    return rows
  }

  async task(id: number): Promise<{version: number; reminder_at: Date | null; reminder_sent: boolean}> {
    const {rows} = await this.admin.query<{version: number; reminder_at: Date | null; reminder_sent: boolean}>(
      'select version, reminder_at, reminder_sent from todo.tasks where id = $1',
      [id],
    )
    return rows[0]!
  }

  async events(type: string): Promise<{event_id: string; task_id: number; payload: Record<string, unknown>}[]> {
    const {rows} = await this.admin.query<{
      event: {event_id: string; task_id: number; payload: Record<string, unknown>}
    }>(`select event from todo.outbox where topic = 'reminders' and event->>'event_type' = $1 order by id`, [type])
    return rows.map((row) => row.event)
  }

  /** The value of a counter with exactly these labels; 0 when it was never counted. */
  async counted(service: NotificationService, name: string, labels: Record<string, string>): Promise<number> {
    const metric = await service.metrics.registry.getSingleMetric(name)!.get()
    const found = metric.values.find((value) =>
      Object.entries(labels).every(([label, text]) => value.labels[label as never] === text),
    )
    return found?.value ?? 0
  }
}
