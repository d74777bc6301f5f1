import {defineEntity, p} from '@mikro-orm/core'

/** What the services may know of a person: written by the Chat API, read by the Notification Service. */
export const ProfileEntity = defineEntity({
  name: 'Profile',
  tableName: 'profiles',
  schema: 'todo',
  properties: {
    user_id: p.uuid().primary(),
    email: p.string().length(320),
    /** Where reminders go when it is not the address of the account. */
    mail_to: p.string().length(320).nullable(),
    name: p.string().length(200).default(''),
    time_zone: p.string().length(100).default('UTC'),
    channels: p.array().columnType('varchar(20)[]').default(['email']),
    version: p.integer().default(1),
    updated_at: p.datetime(6).defaultRaw('clock_timestamp()'),
  },
})
