import {Listr, ListrLogger, ProcessOutput} from 'listr2'

/** Steps that follow each other, shown while they run and gone when they are done: the result says it again. */
export interface Progress<Step extends string> {
  /** This one runs now; those before it are done. */
  reach(step: Step): void
  /** What this one is at, below its title; replaces what was said before. */
  say(step: Step, text: string): void
  finish(outcome: 'done' | 'failed'): Promise<void>
}

export function showProgress<Step extends string>(titles: Readonly<Record<Step, string>>): Progress<Step> {
  const steps = Object.keys(titles) as Step[]
  const gates = steps.map(() => Promise.withResolvers<void>())
  const say = new Map<Step, (text: string) => void>()
  // Those that are never reached are nobody's business.
  for (const gate of gates) gate.promise.catch(() => undefined)
  const list = new Listr(
    steps.map((step, index) => ({
      title: titles[step],
      task: async (_context, task) => {
        say.set(step, (text) => {
          task.output = text
        })
        await gates[index]!.promise
      },
    })),
    {
      renderer: 'default',
      // Ctrl-C belongs to the operation, which takes back what it began.
      registerSignalListeners: false,
      rendererOptions: {
        clearOutput: true,
        logger: new ListrLogger({processOutput: new ProcessOutput(process.stderr, process.stderr)}),
      },
    },
  )
  const finished = list.run().catch((error: unknown) => {
    if (error !== FAILED) throw error
  })
  return {
    reach(step) {
      for (const gate of gates.slice(0, steps.indexOf(step))) gate.resolve()
    },
    say(step, text) {
      say.get(step)?.(text)
    },
    async finish(outcome) {
      for (const gate of gates) {
        if (outcome === 'done') gate.resolve()
        else gate.reject(FAILED)
      }
      await finished
    },
  }
}

const FAILED = new Error('a step failed')
