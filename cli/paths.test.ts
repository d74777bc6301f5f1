import {expect, test} from 'vitest'
import {resolvePaths} from './paths.ts'

const user = {home: '/home/ada', platform: 'linux', uid: 1000} as const

test('XDG directories, with their defaults; relative ones do not count', () => {
  expect(resolvePaths({...user, env: {}})).toEqual({
    config: '/home/ada/.config/todo5',
    state: '/home/ada/.local/state/todo5',
    data: '/home/ada/.local/share/todo5',
    toolchain: '/home/ada/.cache/todo5/toolchain',
  })
  expect(
    resolvePaths({...user, env: {XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 'relative', XDG_DATA_HOME: '/d'}}),
  ).toEqual({
    config: '/c/todo5',
    state: '/home/ada/.local/state/todo5',
    data: '/d/todo5',
    toolchain: '/home/ada/.cache/todo5/toolchain',
  })
})

test('root keeps state and data where an unprivileged PostgreSQL can reach them', () => {
  const root = {...user, home: '/var/empty', uid: 0, env: {XDG_STATE_HOME: '/home/ada/state'}}
  expect(resolvePaths(root)).toEqual({
    config: '/var/empty/.config/todo5',
    state: '/var/lib/todo5/state',
    data: '/var/lib/todo5/data',
    toolchain: '/var/lib/todo5/toolchain',
  })
})

test('TODO5_HOME goes before all', () => {
  const all = {config: '/t/config', state: '/t/state', data: '/t/data', toolchain: '/t/toolchain'}
  for (const uid of [0, 1000])
    expect(resolvePaths({...user, uid, env: {TODO5_HOME: '/t', XDG_DATA_HOME: '/d'}})).toEqual(all)
})

test('TODO5_TOOLCHAIN is the folder of programs, whatever else is set', () => {
  const env = {TODO5_HOME: '/t', TODO5_TOOLCHAIN: '/opt/programs'}
  expect(resolvePaths({...user, env})).toMatchObject({data: '/t/data', toolchain: '/opt/programs'})
  expect(resolvePaths({...user, uid: 0, env: {TODO5_TOOLCHAIN: '/opt/programs'}}).toolchain).toBe('/opt/programs')
})

test('Windows keeps all in the local application data', () => {
  const {state} = resolvePaths({home: 'C:/Users/ada', platform: 'win32', uid: undefined, env: {LOCALAPPDATA: 'C:/L'}})
  expect(state).toMatch(/^C:.L.todo5.state$/u)
})
