import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {Scope} from '../services/contracts/scope.ts'

/** Not the contract's list: that loads zod, 25 ms. */
const SCOPES = ['this', 'following', 'all'] as const satisfies readonly Scope[]

export const dryRunFlag = {
  'dry-run': Flags.boolean({char: 'n', description: 'Print what would be sent, change nothing.'}),
}

export const offlineFlag = {
  'offline-ok': Flags.boolean({
    description: 'End with 0, not 7, when todo5 is away and the change waits here for todo5 sync.',
  }),
}

export const severalFlags = {
  atomic: Flags.boolean({description: 'Of several all or none.'}),
  ...dryRunFlag,
}

/** Of a command whose steps are no requests of the API. */
export const rehearsalFlag = {
  'dry-run': Flags.boolean({char: 'n', description: 'Print what would be done, change nothing.'}),
}

/** How far a change of a series reaches. */
export const scopeFlag = (description: string) => ({
  scope: Flags.option({options: SCOPES, helpValue: SCOPES.join('|'), description})(),
})

export const openRefs = {
  ref: Args.string({
    required: true,
    multiple: true,
    description: 'Ids, or parts of the titles of open tasks; - reads them from standard input.',
  }),
}

/** What can only be told apart by what it says: tasks, and behind them something else. */
export const refsAnd = (then: string) => ({
  words: Args.string({required: true, multiple: true, description: `Ids or parts of titles, then ${then}`}),
})
