import {appendFile} from 'node:fs/promises'
import type {Environment} from '../environment-variables.ts'

/** What becomes of a summary in Markdown: GitHub shows it at the end of a run; elsewhere nobody wants it. */
export const summarizerOf =
  (env: Environment): ((markdown: string) => Promise<void>) =>
  async (markdown) => {
    const file = env['GITHUB_STEP_SUMMARY']
    if (file) await appendFile(file, markdown)
  }
