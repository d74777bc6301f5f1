import {BaseCommand} from '../base-command.ts'
import {interruptible} from '../interruption.ts'
import {type Verified, VERIFIED, verifyTodo5} from '../operations/cluster/verify-todo5.ts'

interface Verification {
  readonly verified: readonly Verified[]
  readonly reminder_seconds: number
  readonly next_seconds: number
  /** What a person should know although all is as it should be. */
  readonly warnings: readonly string[]
}

/** What a Job in the cluster runs (bin/container.js verify); for people there are `up minikube` and `deploy`, which use it. */
export default class Verify extends BaseCommand<Verification> {
  static override summary = 'Use the todo5 that commands talk to as a person would, and take away what was added.'
  static override hidden = true
  static override examples = ['<%= config.bin %> __verify --json']

  override async run(): Promise<Verification> {
    await this.parse(Verify)
    const api = await this.composition.api()
    const verified: Verified[] = []
    const warnings: string[] = []
    const {reminder_seconds, next_seconds} = await interruptible(
      async (signal) =>
        // That a mail was taken by whoever sends it is enough: not everybody has a mailbox.
        await verifyTodo5({
          api,
          mailbox: false,
          now: () => this.composition.now(),
          signal,
          onVerified: (what) => void verified.push(what),
          onWarning: (text) => void warnings.push(text),
        }),
    )
    this.out.data(`${VERIFIED.join(', ')}: all as it should be.`)
    for (const text of warnings) this.out.warning(text)
    return {verified, reminder_seconds, next_seconds, warnings}
  }
}
