import {expect, test, vi} from 'vitest'
import {withoutTimerWarnings} from './kafka-timer-warnings.ts'

test('warnings of negative timers are silent while anybody asks for it, others never', () => {
  const heard = vi.fn<(text: unknown) => void>()
  const present = () => Object.getOwnPropertyDescriptor(process, 'emitWarning')!
  const before = present()
  process.emitWarning = (text: unknown) => heard(text)
  const warn = (name: string): void => process.emitWarning(name, name)
  try {
    const own = present()
    const [first, second] = [withoutTimerWarnings(), withoutTimerWarnings()]
    warn('TimeoutNegativeWarning')
    warn('DeprecationWarning')
    first.end()
    first.end()
    warn('TimeoutNegativeWarning')
    second.end()
    warn('TimeoutNegativeWarning')
    expect(heard.mock.calls.flat()).toEqual(['DeprecationWarning', 'TimeoutNegativeWarning'])
    expect(present()).toEqual(own)
  } finally {
    Object.defineProperty(process, 'emitWarning', before)
  }
})
