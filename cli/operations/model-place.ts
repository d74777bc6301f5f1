import type {ModelOptions} from '../../services/contracts/local.ts'

/** The language model of a target, for people: where, and which; never its key. */
export interface ModelPlace {
  readonly host: string
  readonly name: string
}

export const modelPlace = (model: ModelOptions | null | undefined): ModelPlace | null =>
  model ? {host: new URL(model.url).host, name: model.name} : null
