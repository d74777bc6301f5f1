/** Of a command line what may be flags: nothing behind `--`. */
export const flagWords = (argv: readonly string[]): readonly string[] =>
  argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)

/** Whether a program reads the answer, also when it is an error. */
export const wantsJson = (argv: readonly string[]): boolean =>
  flagWords(argv).some((word) => word === '--json' || word === '--fields' || word.startsWith('--fields='))
