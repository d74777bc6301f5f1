import {readFile} from 'node:fs/promises'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDatabase} from '../../test/support/postgres.ts'
import {packagePath} from '../package-root.ts'

let client: Client
beforeAll(async () => {
  const {url} = await createDatabase()
  client = new Client({connectionString: url})
  await client.connect()
})
afterAll(async () => client.end())

const OUR_SCHEMAS = `('todo', 'auth', 'jobs', 'dapr')`

test('docs/contract/ names every function that works across users, and who may call it', async () => {
  const {rows} = await client.query<{name: string; callers: string | null; tables: string | null}>(`
    select n.nspname || '.' || p.proname as name,
      (select string_agg('trigger of \`' || t.tgrelid::regclass || '\`', ', ') from pg_trigger t where t.tgfoid = p.oid) as tables,
      (select string_agg('\`' || coalesce(r.rolname, 'public') || '\`', ', ' order by r.rolname)
         from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a left join pg_roles r on r.oid = a.grantee
         where a.grantee <> p.proowner) as callers
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname in ${OUR_SCHEMAS} order by 1`)
  const inDatabase = rows.map(({name, callers, tables}) => [name, callers ?? tables ?? 'nobody directly'])
  const page = await readFile(packagePath('docs', 'contract', 'README.md'), 'utf8')
  const documented = [...page.matchAll(/^\| `((?:todo|auth|jobs|dapr)\.\w+)` \| ([^|]+) \|/gmu)].map(
    ([, name, callers]) => [name, callers],
  )
  expect(documented).toEqual(inDatabase)
})

test('none of them trusts the search_path of its caller', async () => {
  const {rows} = await client.query(`
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prosecdef and n.nspname in ${OUR_SCHEMAS}
      and not coalesce(p.proconfig, '{}') && array['search_path=pg_catalog']`)
  expect(rows).toEqual([])
})

test('every table with a user_id has row level security', async () => {
  const {rows} = await client.query(`
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
    where n.nspname = 'todo' and c.relkind in ('r', 'p') and not c.relrowsecurity order by 1`)
  // Only ids stand in it, and every consumer has to see all of them.
  expect(rows).toEqual([{relname: 'tombstones'}])
})
