/** The arguments of Helm that todo5 uses. */

export const HELM = 'helm'

/** Prints v3.17.0 or v4.0.0, and asks no cluster. */
export const helmVersionArgs = (): string[] => ['version', '--template={{.Version}}']
