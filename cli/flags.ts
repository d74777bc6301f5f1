import * as Flags from '@oclif/core/flags'

/** In which zone times are read and shown. */
export const zoneFlags = {
  tz: Flags.string({
    helpValue: 'ZONE',
    exclusive: ['utc'],
    description: 'Time zone, such as Europe/Berlin (default: of this machine).',
  }),
  utc: Flags.boolean({description: 'Times in UTC.'}),
}
