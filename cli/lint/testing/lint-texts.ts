import {lintResources} from '../lint-resources.ts'

/** `line:column rule severity`, in order. */
export const found = (...texts: string[]): string[] =>
  lintResources(texts.map((text, n) => ({path: `${n}.yaml`, text}))).findings.map(
    ({file, line, column, rule, severity}) =>
      `${texts.length > 1 ? `${file}:` : ''}${line}:${column} ${rule} ${severity}`,
  )

/** A component named `it` with this metadata, one entry a line. */
export const component = (type: string, metadata: string, more = ''): string =>
  `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: it
spec:
  type: ${type}
  version: ${type === 'state.postgresql' ? 'v2' : 'v1'}
  metadata:
${metadata
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => `    - {${line}}`)
  .join('\n')}
${more}`

export const GOOD_KAFKA =
  'name: brokers, value: k:9092\nname: authType, value: none\nname: initialOffset, value: oldest'
