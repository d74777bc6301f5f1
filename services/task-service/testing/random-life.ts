import {randomUUID} from 'node:crypto'
import type {BatchResult} from '../../contracts/batch.ts'
import type {Envelope} from '../../domain/events/envelope.ts'
import {randomNumbers} from '../../domain/recurrence/testing/random-rule.ts'
import {checkNothingLost, checkPromises, compareWithModel} from './compare-with-model.ts'
import {RandomChanges, type Told, type UserChange, toldBy} from './random-changes.ts'
import {ReferenceModel} from './reference-model.ts'
import type {Outcome} from './reference-state.ts'
import type {Reply, SeriesDriver, Stored} from './series-driver.ts'

const STEPS = 10
const STATUS: Readonly<Record<Outcome, readonly number[]>> = {
  ok: [200, 201],
  missing: [404],
  invalid: [422],
  stale: [412],
  conflict: [409],
  touched: [409],
  overlaid: [409],
  undone: [409],
  nothing: [409],
}
/** Where the answer names a reason that the model knows too. */
const CODE: Readonly<Partial<Record<Outcome, string>>> = {
  touched: 'successor_touched',
  overlaid: 'changed_since',
  undone: 'already_undone',
  nothing: 'nothing_to_undo',
}

/** Something that happens at one moment: what is asked of todo5, and what the model makes of it, or what is wrong. */
interface Happening {
  readonly name: string
  run(): Promise<Reply | undefined>
  apply(model: ReferenceModel, reply: Reply | undefined, before: ReferenceModel): string | null
}

/** One user's life from a seed: after each step the database has to be what the model says. */
class RandomLife {
  readonly #driver: SeriesDriver
  readonly #random: () => number
  readonly #changes: RandomChanges
  readonly #user = randomUUID()
  readonly #told: string[] = []
  /** Usually one. Of two things at once it can be a secret for a while which one was first. */
  #models = [new ReferenceModel()]
  #stored: Stored = {tasks: [], series: new Map(), changes: []}
  /** Event ids that the consumer's inbox knows. */
  #handled = new Set<string>()

  constructor(driver: SeriesDriver, seed: number) {
    this.#driver = driver
    this.#random = randomNumbers(seed)
    this.#changes = new RandomChanges(this.#random)
  }

  get told(): string {
    return this.#told.join('\n')
  }

  async run(): Promise<void> {
    await this.#step([this.#single(this.#changes.add())])
    for (let n = 1; n < STEPS; n++) await this.#step(await this.#happenings())
    await this.#forget()
    await this.#step([this.#delivery(await this.#driver.wakeUps(this.#user))])
    await this.#step([this.#sweep()])
    checkNothingLost(this.#stored)
    await this.#checkEvents()
  }

  async #happenings(): Promise<Happening[]> {
    const chance = this.#random()
    if (chance < 0.05) return [this.#sweep()]
    if (chance < 0.1) return [this.#single(this.#changes.add())]
    if (chance < 0.28) {
      if (this.#random() < 0.3) await this.#forget()
      return [await this.#someDelivery()]
    }
    if (chance < 0.46) return [this.#someChange(), await this.#someDelivery()]
    if (chance < 0.5) return [this.#someChange(), this.#sweep()]
    if (chance < 0.65) return [this.#someChange(), this.#someChange()]
    // Its operations are made one by one: with others in between there is no one order.
    if (chance < 0.7) return [this.#batch(false)]
    return [this.#someChange()]
  }

  /** Runs everything at once; the outcome must be that of one order, with everything that could have been before. */
  async #step(happenings: readonly Happening[]): Promise<void> {
    this.#told.push(happenings.map(({name}) => name).join('  ∥  '))
    const replies = await Promise.all(happenings.map(async (happening) => happening.run()))
    const stored = await this.#driver.stored(this.#user)
    const differences: string[] = []
    const possible = new Map<string, ReferenceModel>()
    const orders = happenings.length === 1 ? [happenings] : [happenings, happenings.toReversed()]
    for (const before of this.#models) {
      for (const order of orders) {
        const model = before.clone()
        const wrong = order
          .map((happening) => happening.apply(model, replies[happenings.indexOf(happening)], before))
          .find((difference) => difference !== null)
        const difference = wrong ?? compareWithModel(model, stored)
        if (difference === null) possible.set(model.fingerprint(), model)
        else differences.push(difference)
      }
    }
    if (possible.size === 0) throw new Error(`no order of the last step explains it:\n${differences.join('\n')}`)
    this.#models = [...possible.values()]
    checkPromises(this.#stored, stored)
    this.#stored = stored
  }

  #someChange(): Happening {
    return this.#random() < 0.1 ? this.#batch(true) : this.#single(this.#draw())
  }

  #draw(): UserChange {
    return this.#changes.change(this.#models[0]!, this.#stored)
  }

  #single(change: UserChange): Happening {
    return {
      name: change.name,
      run: async () => this.#driver.send(this.#user, change.request, this.#random() < 0.2),
      apply: (model, reply, before) =>
        wrongAnswer(change.apply(model, toldBy(reply!), before), reply!.status, reply!.body),
    }
  }

  #batch(atomic: boolean): Happening {
    const drawn = Array.from({length: 2 + Math.floor(this.#random() * 2)}, () =>
      this.#random() < 0.15 ? this.#changes.add() : this.#draw(),
    )
    const changes = drawn.filter(({operation}) => operation !== null)
    if (changes.length === 0) return this.#batch(atomic)
    const body = {atomic, operations: changes.map(({operation}) => operation)}
    return {
      name: `${atomic ? 'all or nothing' : 'one by one'}: ${changes.map(({name}) => name).join(', ')}`,
      run: async () => {
        const request = {method: 'POST', path: '/tasks/batch', body}
        // What was refused is tried again under the same key, and one by one that can be after what came behind it.
        return this.#driver.send(this.#user, request, atomic && this.#random() < 0.2)
      },
      apply(model, reply, before) {
        const results = (reply!.body['results'] ?? []) as BatchResult[]
        const refusal: Told = {status: reply!.status, alone: false, task: null, skipped: [], undone: null}
        const told = (n: number): Told => (results[n] ? {...results[n], alone: false, undone: null} : refusal)
        const outcomes = model.batch(
          atomic,
          changes.map((change, n) => (now) => change.apply(now, told(n), before)),
        )
        const refused = outcomes.find((outcome) => outcome !== 'ok')
        if (atomic) return wrongAnswer(refused ?? 'ok', reply!.status, reply!.body)
        const wrong = outcomes.map((outcome, n) => wrongAnswer(outcome, told(n).status, results[n]))
        return wrongAnswer('ok', reply!.status, reply!.body) ?? wrong.find((text) => text !== null) ?? null
      },
    }
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
        for (const event of fresh) model.ensure(model.placeOf(event.task_id))
        return null
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
        return null
      },
    }
  }

  async #forget(): Promise<void> {
    this.#told.push('forget deliveries')
    await this.#driver.forgetDeliveries()
    this.#handled = new Set()
  }

  async #checkEvents(): Promise<void> {
    const versions = await this.#driver.eventVersions(this.#user)
    for (const {id, version} of this.#stored.tasks) {
      const said = versions.get(id) ?? []
      const ordered = [...new Set(said)].toSorted((a, b) => a - b)
      if (JSON.stringify(said) !== JSON.stringify(ordered) || said.at(-1) !== version)
        throw new Error(`events of task ${id} at version ${version} say ${said.join(', ')}`)
    }
  }
}

function wrongAnswer(expected: Outcome, status: number, body: unknown): string | null {
  const {code, error} = (body ?? {}) as {code?: string; error?: {code: string} | null}
  const wanted = CODE[expected]
  if (STATUS[expected].includes(status) && (wanted === undefined || wanted === (code ?? error?.code))) return null
  return `${expected} expected, answered ${status} ${JSON.stringify(body)}`
}

/** Lives one after the other; the story of one that went wrong, or null. */
export async function failureOfLives(driver: SeriesDriver, seeds: readonly number[]): Promise<string | null> {
  for (const seed of seeds) {
    const life = new RandomLife(driver, seed)
    try {
      await life.run()
    } catch (error) {
      return `seed ${seed}:\n${life.told}\n${String(error)}\nlast logged: ${driver.lastError()}`
    }
  }
  return null
}
