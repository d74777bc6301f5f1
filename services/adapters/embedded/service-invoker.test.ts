import {describeServiceInvoker} from '../../ports/service-invoker.contract.ts'
import {answering} from '../../ports/testing/answering.ts'
import type {Service} from '../../runtime/service.ts'
import {createEmbeddedServiceInvoker} from './service-invoker.ts'

describeServiceInvoker('The embedded one', async (answer, work) => {
  const app = {callback: () => answering(answer)} as unknown as Service['app']
  await work(createEmbeddedServiceInvoker(() => [{name: 'audit-service', app} as Service]))
})
