import {readFile} from 'node:fs/promises'
import {expect, test} from 'vitest'
import {CHAT_API_VARIABLES} from '../chat-api/config.ts'
import {MAILBOX_VARIABLES} from '../mailbox/config.ts'
import {NOTIFICATION_SERVICE_VARIABLES} from '../notification-service/config.ts'
import {packagePath} from '../package-root.ts'
import {TASK_SERVICE_VARIABLES} from '../task-service/config.ts'
import {CONTAINER_VARIABLES} from '../local/container-variables.ts'
import {MIGRATE_VARIABLES, SECRET_VARIABLES, SERVICE_VARIABLES} from './variables.ts'

test('the page of the environment has the variables that the services read, and no other', async () => {
  const page = await readFile(packagePath('docs', 'contract', 'environment.md'), 'utf8')
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const cells = rows.map((row) => row.split('|')[1]!)
  const named = cells.flatMap((cell) => [...cell.matchAll(/`([A-Z_0-9]+)`/gu)].map(([, name]) => name!))
  const read = {
    ...SERVICE_VARIABLES,
    ...TASK_SERVICE_VARIABLES,
    ...NOTIFICATION_SERVICE_VARIABLES,
    ...CHAT_API_VARIABLES,
    ...MAILBOX_VARIABLES,
    ...MIGRATE_VARIABLES,
    ...CONTAINER_VARIABLES,
  }
  expect([...new Set(named)].toSorted()).toEqual(Object.keys(read).toSorted())
  const starred = cells.filter((cell) => cell.includes('*')).map((cell) => /`([A-Z_0-9]+)`/u.exec(cell)![1])
  expect(new Set(starred)).toEqual(new Set(SECRET_VARIABLES))
})
