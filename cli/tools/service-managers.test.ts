import {expect, test} from 'vitest'
import {launchctl} from './launchctl.ts'
import type {ProgramResult} from './run-program.ts'
import {lingers, systemctl} from './systemctl.ts'

/** Answers as told, and remembers what it was asked. */
function fake(answers: Readonly<Record<string, Partial<ProgramResult>>> = {}) {
  const asked: string[] = []
  const runs = async (program: string, args: readonly string[]): Promise<ProgramResult> => {
    const line = [program, ...args].join(' ')
    asked.push(line)
    return await Promise.resolve({exitCode: 0, stdout: '', stderr: '', missing: false, ...answers[line]})
  }
  return {asked, runs}
}

test('systemd of a user', async () => {
  const {asked, runs} = fake({'systemctl --user is-system-running': {exitCode: 1, stdout: 'degraded\n'}})
  const manager = systemctl('todo5-local.service', 'user', runs)
  expect(await manager.isThere()).toBe(true)
  await manager.enable()
  await manager.disable()
  expect(asked.slice(1)).toEqual([
    'systemctl --user daemon-reload',
    'systemctl --user enable todo5-local.service',
    'systemctl --user disable todo5-local.service',
  ])
})

test.each([
  ['offline', {exitCode: 1, stdout: 'offline\n'}],
  ['not there', {exitCode: undefined, missing: true}],
  ['without a bus', {exitCode: 1, stderr: 'Failed to connect to bus: No medium found'}],
])('systemd that is %s', async (_how, answer) => {
  const {runs} = fake({'systemctl is-system-running': answer})
  expect(await systemctl('todo5-host.service', 'system', runs).isThere()).toBe(false)
})

test('what fails is told in its own words', async () => {
  const stderr = 'Warning: x\nFailed to enable unit: Access denied'
  const {runs} = fake({'systemctl enable u': {exitCode: 1, stderr}})
  await expect(systemctl('u', 'system', runs).enable()).rejects.toMatchObject({
    code: 'service_manager_failed',
    exit: 5,
    message: 'systemctl enable u: Failed to enable unit: Access denied',
  })
})

test('lingering', async () => {
  const line = 'loginctl show-user ada --property=Linger --value'
  expect(await lingers('ada', fake({[line]: {stdout: 'yes\n'}}).runs)).toBe(true)
  expect(await lingers('ada', fake({[line]: {stdout: 'no\n'}}).runs)).toBe(false)
  expect(await lingers('ada', fake({[line]: {exitCode: 1}}).runs)).toBe(null)
})

test('launchd: what is loaded is unloaded first, and what is not is no error', async () => {
  const place = {label: 'todo5.local', file: '/h/Library/LaunchAgents/todo5.local.plist', uid: 501}
  const {asked, runs} = fake({'launchctl bootout gui/501/todo5.local': {exitCode: 3}})
  await launchctl(place, runs).enable()
  expect(asked).toEqual([
    'launchctl bootout gui/501/todo5.local',
    'launchctl bootstrap gui/501 /h/Library/LaunchAgents/todo5.local.plist',
  ])
  const refused = fake({'launchctl bootout system/todo5.local': {exitCode: 1, stderr: 'not permitted'}})
  await expect(launchctl({...place, uid: 0}, refused.runs).disable()).rejects.toMatchObject({exit: 5})
})
