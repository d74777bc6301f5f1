import {SchemaMigration} from './schema-migration.ts'

/** The keys that sign tokens for programs, as Better Auth 1.7.5 keeps them; the private ones are encrypted. */
export class Migration018 extends SchemaMigration {
  override readonly label = '018'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`
      create table auth."jwks" (
        "id" uuid default pg_catalog.gen_random_uuid() not null primary key,
        "publicKey" text not null,
        "privateKey" text not null,
        "createdAt" timestamptz not null,
        "expiresAt" timestamptz,
        "alg" text,
        "crv" text
      )`)
    this.addSql(`grant select, insert, update, delete on auth."jwks" to todo5_chat`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop table auth."jwks"`)
    this.undone()
  }
}
