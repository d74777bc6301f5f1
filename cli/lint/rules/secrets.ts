import {componentFieldsOf, componentType, componentVersion, isComponent} from '../component.ts'
import {record, text} from '../resource.ts'
import {isSecretField} from './component-fields.ts'
import {finding, type Rule} from '../rule.ts'

/** Secrets come from a secret store, and where a reference leads is said. */
export const secrets: Rule = (resource) => {
  if (!isComponent(resource)) return []
  const store = text(record(resource.value['auth'])['secretStore'])
  return componentFieldsOf(resource).flatMap((field) => {
    const reference = field.entry['secretKeyRef']
    if (reference !== undefined && field.entry['value'] !== undefined) {
      return [
        finding(resource, field.path, {
          severity: 'error',
          rule: 'value-and-secret',
          message: `${field.name} has a value and a secretKeyRef.`,
          hint: 'Keep the secretKeyRef alone.',
        }),
      ]
    }
    if (reference !== undefined && store === '') {
      return [
        finding(resource, field.path, {
          severity: 'warning',
          rule: 'secret-store',
          message: `${field.name} refers to a secret, and auth.secretStore is not given.`,
          hint: 'On Kubernetes that is the built-in store, elsewhere nothing; write auth: {secretStore: NAME}.',
        }),
      ]
    }
    const plain = field.value !== null && field.value !== '' && !/^\$\{\w+\}$|\{\{/u.test(field.value)
    if (!plain || !isSecretField(componentType(resource), componentVersion(resource), field.name)) return []
    return [
      finding(resource, [...field.path, 'value'], {
        severity: 'error',
        rule: 'plain-secret',
        message: `${field.name} is a secret and stands here in the open.`,
        hint: `Use secretKeyRef: {name: …, key: ${field.name}}.`,
      }),
    ]
  })
}
