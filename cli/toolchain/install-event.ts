import type {Bundle} from './program-table.ts'

/** What an installation says on its way. A `note` is to be kept; `progress` replaces the one before. */
export type InstallEvent =
  | {readonly kind: 'begins' | 'done'; readonly bundle: Bundle; readonly text: string}
  | {readonly kind: 'progress'; readonly bundle: Bundle; readonly title: string; readonly text: string}
  | {readonly kind: 'note'; readonly text: string}
