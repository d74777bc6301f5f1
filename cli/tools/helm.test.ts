import {expect, test} from 'vitest'
import {installOutsideArgs, STRIMZI_CHART} from './helm-cloud.ts'
import {wayBackFlag} from './helm.ts'

test.each([
  ['v3.17.0', '--atomic'],
  ['v3.20.2+gmodule', '--atomic'],
  ['v4.0.0', '--rollback-on-failure'],
  ['v4.2.4\n', '--rollback-on-failure'],
  ['v5.0.0', '--rollback-on-failure'],
  ['v10.0.0', '--rollback-on-failure'],
  ['', '--rollback-on-failure'],
])('helm that says %j goes back by %s', (said, flag) => expect(wayBackFlag(said)).toBe(flag))

test('a chart of others is installed with the flag of the helm that is here', () => {
  const args = installOutsideArgs(STRIMZI_CHART, 'x', {set: [], setString: []}, 60, wayBackFlag('v4.2.4'))
  expect(args).toContain('--rollback-on-failure')
  expect(args).not.toContain('--atomic')
})
