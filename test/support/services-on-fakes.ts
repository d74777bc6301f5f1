import {FakeBroker, FakeJobs} from '../../services/adapters/dapr/testing/fake-broker.ts'
import {FakeSidecar} from '../../services/adapters/dapr/testing/fake-sidecar.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {APP_TOKEN, type ServicesOnDapr, startServicesOnDapr} from './services-on-dapr.ts'

/** The five services in processes of their own, each beside a sidecar that is faked; these share one broker and its jobs. */
export async function startServicesOnFakes(environment: Readonly<Record<string, string>>): Promise<ServicesOnDapr> {
  const broker = new FakeBroker()
  const jobs = new FakeJobs()
  return await startServicesOnDapr({
    environment,
    startSidecar: async ({app, appPort, appPorts}) =>
      FakeSidecar.start({
        appId: app,
        broker,
        jobs,
        appPort,
        appToken: APP_TOKEN,
        apps: Object.fromEntries(SERVICE_NAMES.map((name) => [name, {port: appPorts[name], token: APP_TOKEN}])),
      }),
  })
}
