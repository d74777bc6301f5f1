import {quantity} from '../../tools/kubectl.ts'

/** `250m`, `1`, `0.5` → thousandths of a core. @throws RangeError about anything else */
export function milliCores(text: string | number): number {
  if (!/^[\d.]+m?$/u.test(String(text))) throw new RangeError(`${text} is no quantity of CPU`)
  return Math.ceil(Number((quantity(String(text)) * 1000).toFixed(6)))
}

/** `128Mi`, `1G`, `1024` → bytes. @throws RangeError about anything else */
export function bytes(text: string | number): number {
  if (String(text).endsWith('m')) throw new RangeError(`${text} is no quantity of bytes`)
  return quantity(String(text))
}
