export type Environment = Readonly<Record<string, string | undefined>>

/** Of a variable that switches something: set, and not to 0. */
export const isOn = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0'
