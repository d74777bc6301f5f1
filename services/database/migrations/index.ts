import {Migration001} from './001-installation.ts'
import {Migration002} from './002-series-and-tasks.ts'
import {Migration003} from './003-events.ts'
import {Migration004} from './004-reminders-and-audit.ts'
import {Migration005} from './005-accounts-and-embedded-bus.ts'
import {Migration006} from './006-recurrence-and-reminder-columns.ts'
import {Migration007} from './007-sweeps.ts'
import {Migration008} from './008-reminder-functions.ts'
import {Migration009} from './009-recurrence-check.ts'
import {Migration010} from './010-changes-of-series.ts'
import {Migration011} from './011-handled-events.ts'
import {Migration012} from './012-outbox-by-hand.ts'
import {Migration013} from './013-fewer-index-entries.ts'
import {Migration015} from './015-accounts.ts'
import {Migration016} from './016-calendar-links.ts'
import {Migration017} from './017-web-channels.ts'
import {Migration018} from './018-signing-keys.ts'
import {Migration019} from './019-leases-of-the-dead.ts'
import {Migration020} from './020-occurrences-ahead.ts'

/** In order; a released migration is never edited, only followed by another. */
export const MIGRATIONS = [
  {name: '001', class: Migration001},
  {name: '002', class: Migration002},
  {name: '003', class: Migration003},
  {name: '004', class: Migration004},
  {name: '005', class: Migration005},
  {name: '006', class: Migration006},
  {name: '007', class: Migration007},
  {name: '008', class: Migration008},
  {name: '009', class: Migration009},
  {name: '010', class: Migration010},
  {name: '011', class: Migration011},
  {name: '012', class: Migration012},
  {name: '013', class: Migration013},
  {name: '015', class: Migration015},
  {name: '016', class: Migration016},
  {name: '017', class: Migration017},
  {name: '018', class: Migration018},
  {name: '019', class: Migration019},
  {name: '020', class: Migration020},
] as const
