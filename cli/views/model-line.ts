import type {ModelPlace} from '../operations/model-place.ts'
import {padEnd} from '../text-width.ts'

/** Who answers in the chat, where that is not the offline model. */
export const modelLine = ({name, host}: ModelPlace): string => `${padEnd('language model', 26)}${name} at ${host}`
