/** The arguments of Git that todo5 uses. */

export const GIT = 'git'

/** Prints hash and time (ISO 8601) of the commit that a folder has checked out. */
export const headArgs = (folder: string): string[] => ['-C', folder, 'show', '--no-patch', '--format=%H %cI', 'HEAD']
