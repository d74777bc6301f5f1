import {useState} from 'react'

export interface Act {
  readonly isBusy: boolean
  /** What the last one was refused for; null when nothing was. */
  readonly problem: unknown
  /** Resolves to whether it went well; a second one waits for nothing and does nothing. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>
}

/** One thing that is sent at a time, and what became of it. */
export function useAct(): Act {
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    if (isBusy) return false
    setBusy(true)
    setProblem(null)
    try {
      await work()
      return true
    } catch (error) {
      setProblem(error)
      return false
    } finally {
      setBusy(false)
    }
  }
  return {isBusy, problem, run}
}
