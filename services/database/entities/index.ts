import {AuditLogEntity} from './audit-log.ts'
import {ProfileEntity} from './profile.ts'
import {ReminderDeliveryEntity, ReminderEntity} from './reminder.ts'
import {SeriesEntity} from './series.ts'
import {TaskEntity} from './task.ts'

/** An explicit list: no path that differs between sources, dist and a container. */
export const ENTITIES = [
  TaskEntity,
  SeriesEntity,
  ReminderEntity,
  ReminderDeliveryEntity,
  ProfileEntity,
  AuditLogEntity,
]
