/** What a channel may tell of one reminder. Instants are UTC. */
export interface ReminderNotice {
  readonly taskId: number
  readonly title: string
  readonly dueAt: Date | null
  /** False: the due date is a day. */
  readonly dueHasTime: boolean
  readonly reminderAt: Date
  /** Seconds since it should have been sent. */
  readonly lateSeconds: number
  /** So late that the message says so. */
  readonly late: boolean
  /** The canonical RRULE of a recurring task and the start of its series. */
  readonly recurrence: {readonly rule: string; readonly start: Date} | null
  /** The channel that was wanted, by which nothing goes out any more; null for what was wanted by this one. */
  readonly insteadOf: string | null
}

export interface Recipient {
  readonly userId: string
  readonly name: string
  /** Null when the user has no profile yet. */
  readonly email: string | null
  /** IANA name. */
  readonly timeZone: string
}

export interface Parcel {
  readonly recipient: Recipient
  /** One: a reminder. Several: those that came due while nothing could send, told in one message. */
  readonly notices: readonly ReminderNotice[]
  /** The same for each try. */
  readonly messageId: string
  /** The database's clock when the parcel was packed. */
  readonly now: Date
}

/** Resolves with what the other side said when it took it; throws DeliveryError. */
export interface Channel {
  readonly name: string
  deliver(parcel: Parcel, options: {timeoutMs: number}): Promise<string>
}

/** `code` is a label of the metric reminders_failed_total; the message goes into the history of the reminder. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  readonly code: string
  readonly permanent: boolean

  constructor(code: string, message: string, options: {permanent: boolean; cause?: unknown}) {
    super(message, {cause: options.cause})
    this.code = code
    this.permanent = options.permanent
  }
}

/** The channels that this installation has, by name; a user's settings may name others. */
export class ChannelRegistry {
  readonly #channels: ReadonlyMap<string, Channel>

  constructor(channels: readonly Channel[]) {
    this.#channels = new Map(channels.map((channel) => [channel.name, channel]))
  }

  /** Throws a permanent DeliveryError for a channel that this installation does not have. */
  get(name: string): Channel {
    const channel = this.#channels.get(name)
    if (channel) return channel
    const known = [...this.#channels.keys()].join(', ')
    throw new DeliveryError('unknown_channel', `There is no channel "${name}" here, only: ${known}.`, {permanent: true})
  }
}
