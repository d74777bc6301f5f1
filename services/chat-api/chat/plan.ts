import type {ChatQuestion} from '../../domain/chat/meaning.ts'

/** A tool by its name, and its input. */
export interface PlannedCall {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

export type Plan =
  /** `say`: before the tools are called; null for nothing. */
  | {readonly kind: 'calls'; readonly calls: readonly PlannedCall[]; readonly say: string | null}
  | {readonly kind: 'say'; readonly text: string; readonly question: ChatQuestion | null}

export const sayPlan = (text: string): Plan => ({kind: 'say', text, question: null})

/** The question as a text that can be answered by number, too. */
export const askPlan = (question: ChatQuestion): Plan => ({kind: 'say', text: questionText(question), question})

export const questionText = ({text, choices}: ChatQuestion): string =>
  [
    text,
    ...choices.map(({means, write}, index) => `${index + 1}. ${means === write ? write : `${means} – "${write}"`}`),
  ].join('\n')
