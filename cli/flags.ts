import * as Flags from '@oclif/core/flags'

/** In which zone times are read and shown. */
export const zoneFlags = {
  tz: Flags.string({
    helpValue: 'ZONE',
    exclusive: ['utc'],
    description: 'Time zone, such as Europe/Berlin (default: of your account).',
  }),
  utc: Flags.boolean({description: 'Times in UTC.'}),
}

/** Which database; the local one when left out. */
export const databaseFlags = {
  'database-url': Flags.string({
    helpValue: 'URL',
    env: 'TODO5_DATABASE_URL',
    description: 'Direct URL of a user who may create roles (default: of the todo5 that runs here).',
  }),
}

/** How many are listed, `max` at most. */
export const limitFlag = (max: number) => ({
  limit: Flags.integer({char: 'l', helpValue: 'N', min: 1, max, default: 50, description: 'At most so many.'}),
})

/** Of a command that asks before it changes something; see confirmChange. */
export const confirmedFlags = {
  yes: Flags.boolean({char: 'y', description: 'Answer the question with yes.'}),
  'dry-run': Flags.boolean({char: 'n', description: 'Print what would be done, change nothing.'}),
}
