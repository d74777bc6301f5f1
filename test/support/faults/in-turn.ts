import {setTimeout as delay} from 'node:timers/promises'

/** Passes each piece on `delayMs()` after it came, one after the other, so that nothing overtakes what is held up. */
export function inTurn(delayMs: () => number, pass: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let turn = Promise.resolve()
  const passOn = async (before: Promise<void>, bytes: Buffer): Promise<void> => {
    const until = performance.now() + delayMs()
    await before
    if (until > performance.now()) await delay(until - performance.now())
    pass(bytes)
  }
  return (bytes) => {
    turn = passOn(turn, bytes)
  }
}
