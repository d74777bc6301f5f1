import {parse, stringify} from 'yaml'
import type {RenderedResource} from './render-dapr.ts'

/** The rendered resources as values of charts/todo5. */
export const helmValues = (resources: readonly RenderedResource[]): string =>
  stringify({dapr: {resources: resources.map(({text}) => parse(text) as unknown)}}, {lineWidth: 0})
