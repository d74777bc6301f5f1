/** Where passwords and keys come from when they are not in the environment. */
export interface Secrets {
  /** The values of one secret by their names. Throws when there is no such secret, or it may not be read. */
  read(name: string): Promise<Readonly<Record<string, string>>>
}
