import {Client} from 'pg'

/** What would be lost with a database: tasks that are not deleted, of so many accounts. */
export async function countKept(url: string): Promise<{tasks: number; accounts: number}> {
  const client = new Client({connectionString: url, application_name: 'todo5 restore'})
  // A connection that breaks between two statements fails the next one, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const there = await client.query<{there: boolean}>(`select to_regclass('auth.user') is not null as there`)
    if (!there.rows[0]!.there) return {tasks: 0, accounts: 0}
    const {rows} = await client.query<{tasks: number; accounts: number}>(
      `select (select count(*) from todo.tasks where deleted_at is null and retracted_at is null)::int as tasks,
              (select count(*) from auth."user")::int as accounts`,
    )
    return rows[0]!
  } finally {
    await client.end()
  }
}
