/**
 * The tables of Better Auth 1.7.5, as its own migration compiler writes them for services/chat-api/accounts/auth-options.ts.
 * A test there asserts that Better Auth finds nothing to add; what a later version wants comes in a later migration.
 */
export const AUTH_TABLES: readonly string[] = [
  `create table auth."user" (
    "id" uuid default pg_catalog.gen_random_uuid() not null primary key,
    "name" text not null,
    "email" text not null unique,
    "emailVerified" boolean not null,
    "image" text,
    "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
    "updatedAt" timestamptz default CURRENT_TIMESTAMP not null,
    "role" text not null,
    "time_zone" text not null
  )`,
  `create table auth."session" (
    "id" uuid default pg_catalog.gen_random_uuid() not null primary key,
    "expiresAt" timestamptz not null,
    "token" text not null unique,
    "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
    "updatedAt" timestamptz not null,
    "ipAddress" text,
    "userAgent" text,
    "userId" uuid not null references auth."user" ("id") on delete cascade
  )`,
  `create table auth."account" (
    "id" uuid default pg_catalog.gen_random_uuid() not null primary key,
    "accountId" text not null,
    "providerId" text not null,
    "userId" uuid not null references auth."user" ("id") on delete cascade,
    "accessToken" text,
    "refreshToken" text,
    "idToken" text,
    "accessTokenExpiresAt" timestamptz,
    "refreshTokenExpiresAt" timestamptz,
    "scope" text,
    "password" text,
    "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
    "updatedAt" timestamptz not null
  )`,
  `create table auth."verification" (
    "id" uuid default pg_catalog.gen_random_uuid() not null primary key,
    "identifier" text not null,
    "value" text not null,
    "expiresAt" timestamptz not null,
    "createdAt" timestamptz default CURRENT_TIMESTAMP not null,
    "updatedAt" timestamptz default CURRENT_TIMESTAMP not null
  )`,
  `create table auth."apikey" (
    "id" uuid default pg_catalog.gen_random_uuid() not null primary key,
    "configId" text not null,
    "name" text,
    "start" text,
    "referenceId" text not null,
    "prefix" text,
    "key" text not null,
    "refillInterval" integer,
    "refillAmount" integer,
    "lastRefillAt" timestamptz,
    "enabled" boolean,
    "rateLimitEnabled" boolean,
    "rateLimitTimeWindow" integer,
    "rateLimitMax" integer,
    "requestCount" integer,
    "remaining" integer,
    "lastRequest" timestamptz,
    "expiresAt" timestamptz,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null,
    "permissions" text,
    "metadata" text
  )`,
  `create table auth."rateLimit" (
    "id" uuid default pg_catalog.gen_random_uuid() not null primary key,
    "key" text not null unique,
    "count" integer not null,
    "lastRequest" bigint not null
  )`,
  `create index "session_userId_idx" on auth."session" ("userId")`,
  `create index "account_userId_idx" on auth."account" ("userId")`,
  `create index "verification_identifier_idx" on auth."verification" ("identifier")`,
  `create index "apikey_configId_idx" on auth."apikey" ("configId")`,
  `create index "apikey_referenceId_idx" on auth."apikey" ("referenceId")`,
  `create index "apikey_key_idx" on auth."apikey" ("key")`,
]

/**
 * What is ours around them. The other services know a person by todo.profiles alone, so it is kept in the transaction
 * that changes the account: no account without a profile, no old address in it. Keys have no foreign key of their own.
 */
export const AUTH_ADDITIONS: readonly string[] = [
  `alter table auth."user" add constraint user_role_known check ("role" in ('user', 'operator'))`,
  `create function auth.copy_to_profile() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
  begin
    insert into todo.profiles as p (user_id, email, name, time_zone) values (new.id, new.email, new.name, new.time_zone)
    on conflict (user_id) do update
      set email = excluded.email, name = excluded.name, time_zone = excluded.time_zone,
        version = p.version + 1, updated_at = clock_timestamp();
    return null;
  end $$`,
  `create trigger copy_to_profile after insert or update of "email", "name", "time_zone" on auth."user"
    for each row execute function auth.copy_to_profile()`,
  `create function auth.forget_account() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
  begin
    delete from auth."apikey" where "referenceId" = old.id::text;
    delete from todo.profiles where user_id = old.id;
    return null;
  end $$`,
  `create trigger forget_account after delete on auth."user" for each row execute function auth.forget_account()`,
  `revoke all on function auth.copy_to_profile(), auth.forget_account() from public`,
  `grant select, insert, update, delete on all tables in schema auth to todo5_chat`,
]
