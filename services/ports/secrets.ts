/** Reads secrets by name; throws when one is missing. */
export interface Secrets {
  get(name: string): Promise<string>
}
