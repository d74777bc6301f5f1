const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

/** `250m`, `1`, `0.5` → thousandths of a core. @throws RangeError about anything else */
export function milliCores(quantity: string | number): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/u.exec(String(quantity))
  if (!match) throw new RangeError(`${quantity} is no quantity of CPU`)
  return Math.ceil(Number(match[1]) * (match[2] === 'm' ? 1 : 1000))
}

/** `128Mi`, `1G`, `1024` → bytes. @throws RangeError about anything else */
export function bytes(quantity: string | number): number {
  const match = /^(\d+(?:\.\d+)?)(k|M|G|T|Ki|Mi|Gi|Ti|)$/u.exec(String(quantity))
  if (!match) throw new RangeError(`${quantity} is no quantity of bytes`)
  return Number(match[1]) * BYTES[match[2]!]!
}
