/** After the first try a mail is tried this often again; the waits add up to 43 to 85 minutes. */
export const MAX_RETRIES = 10

const FIRST_DELAY_SECONDS = 5
const LONGEST_DELAY_SECONDS = 3600

/**
 * Seconds to wait after the failure number `failures` (1 = the first try failed), or null when it was the last try.
 * Doubles each time; `random` in [0, 1) takes off up to half, so that what failed together does not come back together.
 */
export function retryDelaySeconds(failures: number, random: number, retries = MAX_RETRIES): number | null {
  if (failures > retries) return null
  const delay = Math.min(FIRST_DELAY_SECONDS * 2 ** (failures - 1), LONGEST_DELAY_SECONDS)
  return delay * (1 - random / 2)
}
