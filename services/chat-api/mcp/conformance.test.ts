import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {text} from 'node:stream/consumers'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {quietLogger} from '../../../test/support/pipeline.ts'
import {startConformanceFixture} from './testing/start-conformance-fixture.ts'

/**
 * What the suite finds not met, `scenario: check`, and why. The test fails when something is found that is not here, and when
 * something here is met: the list can only become shorter.
 */
const NOT_MET: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '2026-07-28': {
    'subscriptions are refused: nothing changes that one could listen for': [
      'server-stateless: sep-2575-server-sends-subscription-ack',
      'server-stateless: sep-2575-server-tags-subscription-id',
    ],
    'our tools keep no state with the client; what the fixture throws for a forged one comes as the error of a tool': [
      'input-required-result-tampered-state: sep-2322-reject-tampered-state',
    ],
    'asks for tools that report on the server, stream or write logs, which the fixture has not': [
      'server-stateless: sep-2575-http-server-no-independent-requests-on-stream',
      'server-stateless: sep-2575-missing-capability-http-400',
      'server-stateless: sep-2575-server-no-log-without-loglevel',
      'server-stateless: sep-2575-server-rejects-undeclared-capability',
    ],
    'pending in the suite, so not required: a tool whose input is taken from headers, one with a schema of its own': [
      'http-custom-header-server-validation: sep-2243-server-decode-base64',
      'http-custom-header-server-validation: sep-2243-server-no-xmcp-tool',
      'http-custom-header-server-validation: sep-2243-server-reject-invalid-param-chars',
      'http-custom-header-server-validation: sep-2243-server-reject-param-mismatch',
      'http-custom-header-server-validation: sep-2243-server-validate-param-match',
      'json-schema-2020-12: json-schema-2020-12-tool-found',
    ],
  },
  '2025-11-25': {
    'without sessions a server cannot ask a client of that revision': [
      'elicitation-sep1034-defaults: elicitation-sep1034-general',
      'elicitation-sep1330-enums: elicitation-sep1330-general',
      'tools-call-elicitation: tools-call-elicitation',
      'tools-call-sampling: tools-call-sampling',
    ],
    'no log and no change of a resource is sent to clients': [
      'logging-set-level: logging-set-level',
      'resources-subscribe: resources-subscribe',
      'resources-unsubscribe: resources-unsubscribe',
      'tools-call-with-logging: tools-call-with-logging',
    ],
    'pending in the suite': ['json-schema-2020-12: json-schema-2020-12-tool-found'],
  },
}

/** An extension for work that goes on after the answer. todo5 does not offer it, and the suite does not count it. */
const NOT_OFFERED = /^tasks-/u

let fixture: Awaited<ReturnType<typeof startConformanceFixture>>
let results: string
beforeAll(async () => {
  fixture = await startConformanceFixture(quietLogger('chat-api').logger)
  results = await mkdtemp(join(tmpdir(), 'todo5-conformance-'))
})
afterAll(async () => {
  await fixture.stop()
  await rm(results, {recursive: true, force: true})
})

interface Check {
  readonly id: string
  readonly status: string
}

/** All checks of the scenarios that a revision of the protocol requires, by name. */
async function run(revision: string): Promise<{check: string; status: string}[]> {
  const folder = join(results, revision)
  const line = ['server', '--url', fixture.url, '--requirements', revision, '--output-dir', folder]
  const child = spawn(process.execPath, [suite(), ...line], {stdio: ['ignore', 'pipe', 'pipe']})
  const [output] = await Promise.all([Promise.all([text(child.stdout), text(child.stderr)]), once(child, 'exit')])
  const scenarios = await readdir(folder).catch((error: unknown) => {
    throw new Error(`the conformance suite made no results: ${output.join('\n')}`, {cause: error})
  })
  const checks = await Promise.all(
    scenarios.map(async (scenario) => {
      const name = /^server-(.+)-\d{4}-\d\d-\d\dT[\w-]+$/u.exec(scenario)![1]!
      const found = JSON.parse(await readFile(join(folder, scenario, 'checks.json'), 'utf8')) as Check[]
      return found.map(({id, status}) => ({check: `${name}: ${id}`, status}))
    }),
  )
  return checks.flat().filter(({check}) => !NOT_OFFERED.test(check))
}

function suite(): string {
  const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')
  return join(dirname(manifest), 'dist', 'index.js')
}

test.each(['2026-07-28', '2025-11-25'])(
  'what MCP %s requires is met, but for what is listed',
  {timeout: 300_000},
  async (revision) => {
    const checks = await run(revision)
    const found = (wanted: string): string[] => checks.filter(({status}) => status === wanted).map(({check}) => check)
    expect(new Set(found('FAILURE'))).toEqual(new Set(Object.values(NOT_MET[revision]!).flat()))
    expect(found('SUCCESS').length).toBeGreaterThan(revision === '2026-07-28' ? 120 : 50)
  },
)
