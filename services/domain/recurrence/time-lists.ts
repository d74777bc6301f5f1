/** Sorted lists of seconds: the times of a day, or the places within an hour or a minute. */

/** Every hour × minute × second as seconds, ascending, each once. */
export function productOfTimes(
  hours: readonly number[],
  minutes: readonly number[],
  seconds: readonly number[],
): Int32Array {
  const times = new Int32Array(hours.length * minutes.length * seconds.length)
  let at = 0
  for (const hour of hours) {
    for (const minute of minutes) {
      for (const second of seconds) times[at++] = hour * 3_600 + minute * 60 + second
    }
  }
  return times
}

/** BYSETPOS on a list that is the same in every period. */
export function chooseTimes(times: Int32Array, positions: readonly number[]): Int32Array {
  return times.filter((_, at) => positions.includes(at + 1) || positions.includes(at - times.length))
}

/** The index of the first entry that is not before `time`; the length of the list when there is none. */
export function indexFrom(times: Int32Array, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  return low
}
