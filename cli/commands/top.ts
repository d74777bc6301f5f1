import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {interruptible} from '../interruption.ts'
import {endsIt} from '../key-presses.ts'
import {findHostTop, findLocalTop} from '../operations/top/find-top.ts'
import type {Top} from '../operations/top/look.ts'
import {TopReader} from '../operations/top/top-reader.ts'
import type {Nudge} from '../operations/watch.ts'
import {printTop} from '../views/top-lines.ts'
import {watchFlags, watchIt} from '../watching.ts'

export default class TopCommand extends BaseCommand<Top | undefined> {
  static override summary = 'What todo5 does right now: rates, times, lag, lateness, outbox.'
  static override description =
    'Live on a terminal: q or Ctrl-C ends it, the space bar looks at once. Elsewhere one look, or with --watch one after the other; with --json each is an object. Rates are those since the look before; P95 is what 19 of 20 took at most in the last minute.'
  static override args = {
    target: Args.string({options: ['local', 'host'], default: 'local', description: 'What to look at.'}),
  }
  static override flags = {
    ...watchFlags(2),
    once: Flags.boolean({exclusive: ['watch'], description: 'One look, on a terminal, too.'}),
  }
  static override examples = [
    '<%= config.bin %> top',
    '<%= config.bin %> top host --interval 5',
    '<%= config.bin %> top --json --watch',
  ]

  override async run(): Promise<Top | undefined> {
    const {args, flags} = await this.parse(TopCommand)
    const reader = this.#reader(args.target)
    if (flags.once || !(flags.watch || (this.out.isTTY && !this.jsonEnabled()))) {
      const top = await interruptible(async (signal) => {
        const look = await reader.look()
        signal.throwIfAborted()
        return look
      })
      printTop(this.out, top)
      return top
    }
    let looks = 0
    await watchIt({
      composition: this.composition,
      out: this.out,
      printLine: this.jsonEnabled() ? (look) => this.printLine(look) : undefined,
      intervalSeconds: flags.interval,
      read: async () => await reader.look(),
      print: printTop,
      // Also one that is as the one before: nothing happened then.
      essence: () => looks++,
      listen: async (nudge, signal) => await this.#listen(nudge, signal),
    })
    return undefined
  }

  #reader(target: string): TopReader {
    const now = (): number => this.composition.now()
    if (target === 'local') {
      return new TopReader({
        target: 'local',
        now,
        find: async () => await findLocalTop((await this.composition.local()).machine),
      })
    }
    return new TopReader({
      target: 'host',
      now,
      find: async () => {
        const {machine} = await this.composition.host()
        return await findHostTop(machine, async (brokers) => (await this.composition.kafka({brokers})).admin)
      },
    })
  }

  async #listen(nudge: Nudge, signal: AbortSignal): Promise<void> {
    const listen = this.noInput ? undefined : this.composition.keys
    const stop = listen?.((key) => {
      // As the key does where it is not read: whoever began something takes it back.
      if (endsIt(key)) process.kill(process.pid, 'SIGINT')
      else if (key === ' ') nudge.give()
    })
    try {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))
    } finally {
      stop?.()
    }
  }

  /** Each look has been printed already. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }
}
