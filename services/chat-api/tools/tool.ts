import type {z} from 'zod'
import type {AccessScope} from '../../contracts/access-token.ts'
import {validate} from '../../runtime/validate.ts'
import type {ToolCaller} from './tool-caller.ts'

/** As MCP names them. None of our tools reaches beyond todo5, so `openWorldHint` is always false. */
interface ToolAnnotations {
  readonly readOnlyHint: boolean
  /** Takes something away that only `undo` brings back. */
  readonly destructiveHint: boolean
  /** Called again with the same input it changes nothing more. */
  readonly idempotentHint: boolean
  readonly openWorldHint: false
}

export const READS: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}
export const WRITES: ToolAnnotations = {...READS, readOnlyHint: false, idempotentHint: false}

interface ToolDefinition<I extends z.ZodObject, O extends z.ZodObject> {
  readonly name: string
  /** For people. */
  readonly title: string
  /** For a model: what it does, when to use it, what it answers. */
  readonly description: string
  readonly scope: AccessScope
  readonly annotations: ToolAnnotations
  /** Flat: models fill in nested objects badly. */
  readonly input: I
  readonly output: O
  run(input: z.output<I>, caller: ToolCaller): Promise<ToolAnswer<z.input<O>>>
}

interface ToolAnswer<T> {
  /** What a model reads: the texts of tasks in it are quoted. */
  readonly text: string
  readonly data: T
}

export interface Tool extends Omit<ToolDefinition<z.ZodObject, z.ZodObject>, 'run'> {
  /** Checks the input first. Throws DomainError, ToolQuestion and what else goes wrong. */
  run(input: unknown, caller: ToolCaller): Promise<ToolAnswer<Record<string, unknown>>>
}

export const defineTool = <I extends z.ZodObject, O extends z.ZodObject>(tool: ToolDefinition<I, O>): Tool => ({
  ...tool,
  run: async (input, caller) => tool.run(validate(tool.input, input), caller),
})
