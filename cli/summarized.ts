import type {Composition} from './composition.ts'
import {toCliError} from './errors.ts'
import {
  type SummaryFacts,
  type SummaryOfDeploy,
  summaryOfDeploy,
  summaryOfFailure,
} from './operations/cloud/deploy-summary.ts'

/** Deploys, and leaves a summary of it in a run of GitHub Actions: of what was deployed, or of what failed and what runs now. */
export async function summarized<T extends SummaryOfDeploy>(
  {summarize}: Pick<Composition, 'summarize'>,
  facts: SummaryFacts,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const deployed = await work()
    await summarize(summaryOfDeploy(facts, deployed))
    return deployed
  } catch (error) {
    await summarize(summaryOfFailure(facts, toCliError(error)))
    throw error
  }
}
