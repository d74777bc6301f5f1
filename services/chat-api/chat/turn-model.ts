import type {LanguageModelV4} from '@ai-sdk/provider'
import type {UIMessage} from 'ai'
import type {ChatQuestion} from '../../domain/chat/meaning.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {ToolCaller} from '../tools/tool-caller.ts'
import {MOST_MODEL_STEPS, guardedModel} from './guarded-model.ts'
import {instructionsFor} from './instructions.ts'
import {memoryOf} from './memory.ts'
import type {ModelClient} from './model-client.ts'
import {createOfflineModel} from './offline-model.ts'
import type {Plan} from './plan.ts'
import type {Outcome} from './report.ts'
import {taskLookup} from './task-lookup.ts'

/** Of the offline model: it calls tools and says what came of them. */
const OFFLINE_STEPS = 3

export interface TurnModel {
  readonly model: LanguageModelV4
  readonly instructions: string
  readonly mostSteps: number
  /** What the offline model has asked, once the turn is over. */
  readonly question: () => ChatQuestion | null
}

/** Who answers a message: the model of the endpoint, where there is one, and the offline model behind it. */
export function turnModel(turn: {
  readonly client: ModelClient | undefined
  readonly caller: ToolCaller
  /** Of a button: the offline model carries it out, and nobody else is asked. */
  readonly plan?: Plan | undefined
  /** All messages but the last. */
  readonly before: readonly UIMessage[]
  readonly outcomes: () => readonly Outcome[]
  readonly logger: Logger
}): TurnModel {
  const {caller, plan, before, outcomes, logger} = turn
  const client = plan ? undefined : turn.client
  let asked: ChatQuestion | null = null
  let from = 0
  const offline = createOfflineModel({
    plan,
    context: caller,
    memory: memoryOf(before),
    tasks: taskLookup(caller),
    outcomes: () => outcomes().slice(from),
    ask: (question) => {
      asked = question
    },
  })
  const beginAnew = (): void => {
    from = outcomes().length
  }
  return {
    model: client ? guardedModel({client, offline, outcomes, beginAnew, logger}) : offline,
    instructions: instructionsFor(caller),
    mostSteps: (client ? MOST_MODEL_STEPS : 0) + OFFLINE_STEPS,
    question: () => asked,
  }
}
