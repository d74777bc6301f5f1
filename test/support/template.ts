/**
 * Fills the template database that `createDatabase()` copies; called once per vitest run, as the superuser.
 * Every connection must be closed when it returns.
 */
export async function migrateTemplate(url: string): Promise<void> {
  void url // the migrations are not called here yet: the template is an empty database
}
