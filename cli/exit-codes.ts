/** How the process ends; part of the public contract (docs/contract/README.md), the same with and without --json. */
export const EXIT = {
  done: 0,
  /** A mistake of ours. */
  bug: 1,
  /** The command line or a value in it is wrong; unknown commands too. */
  usage: 2,
  notFound: 3,
  /** The present state does not allow it. */
  refused: 4,
  /** A program that todo5 runs failed. */
  outsideProgram: 5,
  unreachable: 6,
  /** It was started or queued and goes on without us. */
  notFinished: 7,
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
