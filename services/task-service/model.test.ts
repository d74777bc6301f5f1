import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Envelope} from '../domain/events/envelope.ts'
import {randomNumbers} from '../domain/recurrence/testing/random-rule.ts'
import {type Outcome, ReferenceModel, type Rule, type SeriesOptions} from './testing/reference-model.ts'
import {type Reply, SeriesDriver, type StoredTask} from './testing/series-driver.ts'

/** More for a long run: TODO5_MODEL_SEQUENCES=5000 TODO5_MODEL_SEED=7 npx vitest run services/task-service/model.test.ts */
const SEQUENCES = Number(process.env['TODO5_MODEL_SEQUENCES'] ?? 200)
const FIRST_SEED = Number(process.env['TODO5_MODEL_SEED'] ?? 1)
const STEPS = 10
const LANES = 2
const DAY = 86_400_000
const STATUS: Readonly<Record<Outcome, readonly number[]>> = {ok: [200, 201], conflict: [409], missing: [404]}

const drivers: SeriesDriver[] = []
beforeAll(async () => {
  for (let n = 0; n < LANES; n++) drivers.push(await SeriesDriver.open())
})
afterAll(async () => {
  for (const driver of drivers) await driver.close()
})

/** Something that happens at one moment: what is asked of todo5, and what the model makes of it. */
interface Happening {
  readonly name: string
  run(): Promise<Reply | undefined>
  apply(model: ReferenceModel, reply: Reply | undefined): Outcome
}

/** One user's life from a seed: after each step the database has to be what the model says. */
class Sequence {
  readonly #driver: SeriesDriver
  readonly #random: () => number
  readonly #user = randomUUID()
  readonly #told: string[] = []
  /** Usually one. Of two things at once it can be a secret for a while which one was first. */
  #models = [new ReferenceModel()]
  /** Event ids that the consumer's inbox knows. */
  #handled = new Set<string>()
  #titles = 0

  constructor(driver: SeriesDriver, seed: number) {
    this.#driver = driver
    this.#random = randomNumbers(seed)
  }

  get told(): string {
    return this.#told.join('\n')
  }

  async run(): Promise<void> {
    await this.#step([this.#add()])
    for (let n = 1; n < STEPS; n++) await this.#step(await this.#happenings())
    await this.#forget()
    await this.#step([this.#delivery(await this.#driver.wakeUps(this.#user))])
    await this.#step([this.#sweep()])
    for (const versions of await this.#driver.eventVersions(this.#user))
      expect(versions, 'each change has its own version, in order').toEqual(
        [...new Set(versions)].sort((a, b) => a - b),
      )
  }

  async #happenings(): Promise<Happening[]> {
    const chance = this.#random()
    if (chance < 0.05) return [this.#sweep()]
    if (chance < 0.1) return [this.#add()]
    if (chance < 0.3) {
      if (this.#random() < 0.3) await this.#forget()
      return [await this.#someDelivery()]
    }
    if (chance < 0.5) return [this.#change(), await this.#someDelivery()]
    if (chance < 0.65) return [this.#change(), this.#change()]
    return [this.#change()]
  }

  /** Runs everything at once; the outcome must be that of one order, with everything that could have been before. */
  async #step(happenings: readonly Happening[]): Promise<void> {
    this.#told.push(happenings.map(({name}) => name).join('  ∥  '))
    const replies = await Promise.all(happenings.map(async (happening) => happening.run()))
    const stored = await this.#driver.tasks(this.#user)
    const differences: string[] = []
    const possible = new Map<string, ReferenceModel>()
    const orders = happenings.length === 1 ? [happenings] : [happenings, happenings.toReversed()]
    for (const before of this.#models) {
      for (const order of orders) {
        const model = before.clone()
        const wrong = order
          .map((happening) => {
            const reply = replies[happenings.indexOf(happening)]
            const outcome = happening.apply(model, reply)
            return reply && !STATUS[outcome].includes(reply.status)
              ? `${outcome} expected, answered ${reply.status} ${JSON.stringify(reply.body)}`
              : null
          })
          .find((difference) => difference !== null)
        const difference = wrong ?? compare(model, stored)
        if (difference === null) possible.set(model.fingerprint(), model)
        else differences.push(difference)
      }
    }
    if (possible.size === 0) throw new Error(`no order of the last step explains it:\n${differences.join('\n')}`)
    this.#models = [...possible.values()]
    checkPromises(stored)
  }

  #add(): Happening {
    const title = this.#title()
    const due = this.#due()
    const rule = this.#rule()
    const options = this.#options()
    const body = {
      title,
      due_at: new Date(due).toISOString(),
      recurring_pattern: patternOf(rule),
      anchor: options.anchor,
      catch_up: options.catchUp,
    }
    return {
      name: `add ${JSON.stringify(body)}`,
      run: async () => this.#send('POST', '', body),
      apply(model, reply) {
        const place = model.add(title, due, rule, options)
        model.rows[place]!.id = reply!.body['id'] as number
        return 'ok'
      },
    }
  }

  #change(): Happening {
    const present = this.#models[0]!
    const places = [...present.rows.keys()]
    const open = places.filter((place) => present.isOpen(place))
    const place = this.#oneOf(this.#random() < 0.75 && open.length > 0 ? open : places)
    const {id} = present.rows[place]!
    const isOpen = open.includes(place)
    const named = (
      name: string,
      method: string,
      path: string,
      body: unknown,
      apply: Happening['apply'],
    ): Happening => ({
      name: `${name} ${id} ${body === undefined ? '' : JSON.stringify(body)}`,
      run: async () => this.#send(method, `/${id}${path}`, body),
      apply,
    })
    const title = this.#title()
    const due = this.#due()
    const rule = this.#random() < 0.6 ? this.#rule() : null
    const options = this.#options()
    const pattern = rule ? {recurring_pattern: patternOf(rule)} : {}
    const edit = {...pattern, anchor: options.anchor, catch_up: options.catchUp}
    const choices: Happening[] = [
      named('reopen', 'POST', '/reopen', undefined, (model) => model.reopen(place)),
      named('reopen', 'POST', '/reopen', undefined, (model) => model.reopen(place)),
      named('done', 'POST', '/complete', undefined, (model, reply) => model.done(place, closedAt(reply))),
      named('done', 'POST', '/complete', undefined, (model, reply) => model.done(place, closedAt(reply))),
      named('done', 'POST', '/complete', undefined, (model, reply) => model.done(place, closedAt(reply))),
      named('title', 'PATCH', '', {title}, (model) => model.rename(place, title)),
      named('due', 'PATCH', '', {due_at: new Date(due).toISOString()}, (model) => model.move(place, due)),
      named('rule', 'PATCH', '', edit, (model) => model.change(place, rule, options)),
      named('delete', 'DELETE', '?scope=following', undefined, (model) => model.delete(place)),
    ]
    if (isOpen) {
      const skip: Happening['apply'] = (model, reply) =>
        // Closed by somebody else just before: then it is the row that goes, not the occurrence.
        model.isOpen(place) ? model.skip(place, closedAt(reply)) : model.delete(place)
      choices.push(named('skip', 'DELETE', '?scope=this', undefined, skip))
    }
    // Of what is closed the way back is the most telling.
    return isOpen || this.#random() < 0.5 ? this.#oneOf(choices) : choices[0]!
  }

  async #someDelivery(): Promise<Happening> {
    const events = await this.#driver.wakeUps(this.#user)
    const chosen = events.filter(() => this.#random() < 0.7)
    return this.#delivery(
      chosen
        .map((event) => ({event, key: this.#random()}))
        .sort((a, b) => a.key - b.key)
        .map(({event}) => event),
    )
  }

  /** One to three consumers at once get the same events, in different orders. */
  #delivery(events: readonly Envelope[]): Happening {
    const consumers = 1 + Math.floor(this.#random() * 3)
    const fresh = events.filter((event) => !this.#handled.has(event.event_id))
    for (const event of events) this.#handled.add(event.event_id)
    return {
      name: `deliver ${events.map((event) => event.task_id).join(' ')} to ${consumers}`,
      run: async () => {
        if (events.length === 0) return undefined
        const batches = Array.from({length: consumers}, (_, n) => (n % 2 === 0 ? events : events.toReversed()))
        await Promise.all(batches.map(async (batch) => this.#driver.deliver(batch)))
        return undefined
      },
      apply(model) {
        for (const event of fresh) model.ensure(model.rows.findIndex((row) => row.id === event.task_id))
        return 'ok'
      },
    }
  }

  #sweep(): Happening {
    return {
      name: 'sweep',
      run: async () => {
        await this.#driver.sweep()
        return undefined
      },
      apply(model) {
        model.ensureAll()
        return 'ok'
      },
    }
  }

  async #forget(): Promise<void> {
    this.#told.push('forget deliveries')
    await this.#driver.forgetDeliveries()
    this.#handled = new Set()
  }

  async #send(method: string, path: string, body: unknown): Promise<Reply> {
    return this.#driver.send(this.#user, method, path, body, this.#random() < 0.2)
  }

  #title(): string {
    return `title ${++this.#titles}`
  }

  #due(): number {
    const midnight = Math.floor(Date.now() / DAY) * DAY
    return midnight + Math.floor(this.#random() * 20 - 12) * DAY + Math.floor(this.#random() * 24) * 3_600_000
  }

  #rule(): Rule {
    return {
      stepDays: 1 + Math.floor(this.#random() * 4),
      count: this.#random() < 0.5 ? null : 1 + Math.floor(this.#random() * 6),
    }
  }

  #options(): SeriesOptions {
    return {
      anchor: this.#random() < 0.5 ? 'due' : 'completion',
      catchUp: this.#random() < 0.7 ? 'once' : 'each',
    }
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!
  }
}

const patternOf = ({stepDays, count}: Rule): string =>
  `FREQ=DAILY;INTERVAL=${stepDays}${count === null ? '' : `;COUNT=${count}`}`

/** When a task was closed, by the answer to closing it; the model needs it only when it was. */
function closedAt(reply: Reply | undefined): number {
  const task = (reply?.body['completed'] ?? reply?.body) as Record<string, string | null> | undefined
  return Date.parse(task?.['completed_at'] ?? task?.['skipped_at'] ?? '1970-01-01T00:00:00Z')
}

/** What differs, or null. New rows of the model get their ids from the database on the way. */
function compare(model: ReferenceModel, stored: readonly StoredTask[]): string | null {
  const known = new Set(model.rows.map((row) => row.id))
  const seriesIds = new Map<number, number>()
  for (const [place, row] of model.rows.entries()) {
    const predecessor = row.predecessor === null ? null : model.rows[row.predecessor]!.id
    if (row.id === null) {
      const found = stored.find((task) => task.predecessor === predecessor && !known.has(task.id))
      if (!found) return `the successor of ${predecessor} is missing: ${JSON.stringify(row)}`
      row.id = found.id
      known.add(found.id)
    }
    const task = stored.find(({id}) => id === row.id)
    if (!task) return `task ${row.id} is missing`
    const following = row.deleted || row.retracted ? undefined : model.following(place)
    const {series, predecessor: _place, ...facts} = row
    const wanted = {
      ...facts,
      predecessor,
      left: model.left(place),
      next: following === undefined ? task.next : following,
    }
    const {series: seriesId, once: _once, ...got} = task
    const difference = Object.entries(wanted).find(([field, value]) => got[field as keyof typeof got] !== value)
    if (difference)
      return `${difference[0]} of task ${row.id} is ${got[difference[0] as keyof typeof got]}, not ${difference[1]}`
    const expected = seriesIds.get(series!)
    if (expected === undefined) seriesIds.set(series!, seriesId!)
    else if (expected !== seriesId) return `task ${row.id} is in series ${seriesId}, not ${expected}`
  }
  if (new Set(seriesIds.values()).size !== seriesIds.size) return 'two series of the model are one in the database'
  const extra = stored.find((task) => !known.has(task.id))
  return extra ? `task ${extra.id} is one too many: ${JSON.stringify(extra)}` : null
}

/** The promises by themselves, whatever the model says. */
function checkPromises(stored: readonly StoredTask[]): void {
  const open = stored.filter((task) => task.state === 'open' && !task.deleted && !task.retracted)
  expect(new Set(open.map((task) => task.series)).size, 'one open occurrence per series').toBe(open.length)
  for (const task of stored) {
    const before = stored.find(({id}) => id === task.predecessor)
    // A version of 1: nobody has given it another rule or date since.
    if (!before || task.version > 1 || task.retracted || !task.once || before.closedAt === null) continue
    expect(task.occurrence, `task ${task.id} lies behind the end of ${before.id}`).toBeGreaterThan(before.closedAt)
  }
}

/** Runs every so many-th sequence; the story of the first that went wrong, or null. */
async function firstFailure(driver: SeriesDriver, lane: number): Promise<string | null> {
  for (let n = lane; n < SEQUENCES; n += LANES) {
    const sequence = new Sequence(driver, FIRST_SEED + n)
    try {
      await sequence.run()
    } catch (error) {
      return `seed ${FIRST_SEED + n}:\n${sequence.told}\n${String(error)}\nlast logged: ${driver.lastError()}`
    }
  }
  return null
}

test.concurrent.each(Array.from({length: LANES}, (_, lane) => lane))(
  'random lives of series are what a simple model says, after every step (%i)',
  {timeout: 60_000 + SEQUENCES * 1000},
  async (lane) => expect(await firstFailure(drivers[lane]!, lane)).toBeNull(),
)
