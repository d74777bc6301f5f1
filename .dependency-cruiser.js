/** Who may import whom: docs/architecture.md. `npm run lint` fails on a violation, a cycle, or when no module was read. */
const TESTS = String.raw`(\.(test|stack|contract)\.ts|/testing/)`
const SERVICES = '(task-service|recurring-task-service|notification-service|audit-service|chat-api)'
/** Where everything is put together, and nowhere else: the process of each service, all in one, and the CLI. */
const COMPOSITION = String.raw`^(services/${SERVICES}/main\.ts|services/(mailbox/)?main\.ts|services/process/|services/embedded\.ts|services/local(-process\.ts|/)|cli/composition(\.ts|/)|cli/supervisor/host(-process|/host-composition|/open-host-machine)\.ts)`

const forbid = (name, from, to, comment) => ({name, comment, severity: 'error', from, to})
const only = (name, folder, allowed, comment) =>
  forbid(
    name,
    {path: `^${folder}`, pathNot: [TESTS, COMPOSITION]},
    {path: '^(cli|services|test|bin)/', pathNot: [`^${folder}`, ...allowed]},
    comment,
  )

export default {
  forbidden: [
    forbid('no-cycles', {}, {circular: true}, 'A cycle makes two files one.'),
    forbid('no-unresolvable', {}, {couldNotResolve: true, pathNot: '^node:'}, 'An import that leads nowhere.'),
    only('recurrence-alone', 'services/domain/recurrence/', [], 'The engine is usable without anything else of todo5.'),
    only('domain-pure', 'services/domain/', [], 'The domain knows only itself.'),
    forbid(
      'domain-no-io',
      {path: '^services/domain/', pathNot: TESTS},
      {dependencyTypes: ['core', 'npm'], pathNot: ['node_modules/(zod|chrono-node)/', '^crypto$']},
      'The domain does no input or output; zod describes its events, chrono reads dates, a hash is arithmetic.',
    ),
    only('contracts', 'services/contracts/', ['^services/domain/'], 'HTTP shapes build on the domain.'),
    only('ports', 'services/ports/', ['^services/domain/'], 'Ports build on the domain.'),
    only(
      'database',
      'services/database/',
      ['^services/domain/', '^services/package-root.ts', String.raw`^services/runtime/application-version\.ts`],
      'The database layer knows the domain only.',
    ),
    only(
      'adapters',
      'services/adapters/',
      ['^services/(domain|ports|runtime|database|contracts)/', '^services/package-root.ts'],
      'Adapters implement ports.',
    ),
    only(
      'runtime',
      'services/runtime/',
      ['^services/(domain|ports|contracts|database)/', '^services/package-root.ts'],
      'What the services share knows none of them.',
    ),
    only(
      'mailbox',
      'services/mailbox/',
      ['^services/(domain|ports|contracts|runtime)/', '^services/package-root.ts'],
      'The mailbox stands alone.',
    ),
    ...SERVICES.slice(1, -1)
      .split('|')
      .map((service) =>
        only(
          `${service}-alone`,
          `services/${service}/`,
          ['^services/(domain|ports|contracts|database|runtime)/', '^services/package-root.ts'],
          'A service never imports another one or an adapter.',
        ),
      ),
    only(
      'web-app',
      'services/chat-api/web/',
      ['^services/(domain|contracts)/'],
      'The web app runs in a browser: it shares types, schemas and arithmetic with the services, and asks for the rest.',
    ),
    forbid(
      'web-app-in-a-browser',
      {path: '^services/chat-api/web/src/', pathNot: TESTS},
      {dependencyTypes: ['core']},
      'A browser has no modules of Node.',
    ),
    forbid(
      'web-app-apart',
      {pathNot: ['^services/chat-api/web/', TESTS, '^test/']},
      {path: '^services/chat-api/web/'},
      'Only its build reads the web app.',
    ),
    forbid(
      'adapters-at-the-roots',
      {pathNot: [COMPOSITION, TESTS, '^services/adapters/', '^test/']},
      {path: '^services/adapters/'},
      'Only composition roots choose adapters.',
    ),
    forbid(
      'cli-and-services',
      {path: '^cli/', pathNot: [TESTS, COMPOSITION]},
      {
        path: '^services/',
        pathNot: String.raw`^services/(contracts/|domain/|package-root\.ts|ports/event-(stream|publisher)\.ts)`,
      },
      'The CLI knows contracts, domain and the ports through which an operator reads and writes the bus; cli/composition loads the rest.',
    ),
    forbid('services-without-cli', {path: '^services/', pathNot: TESTS}, {path: '^cli/'}, 'No service knows the CLI.'),
    forbid(
      'operations-without-oclif',
      {path: '^cli/operations/', pathNot: TESTS},
      {path: ['node_modules/@oclif/', '^cli/commands/']},
      'An operation returns data; a command prints.',
    ),
    forbid(
      'contract-when-asked',
      {path: '^cli/', pathNot: [TESTS, '^cli/contract/']},
      {path: '^cli/contract/', dynamic: false},
      'The schemas of what commands print cost 30 ms of CPU; only --fields needs them, and loads them then.',
    ),
    forbid(
      'commands-are-views',
      {path: '^cli/commands/', pathNot: TESTS},
      {path: ['^services/', '^cli/(supervisor|tools|toolchain)/'], pathNot: '^services/(contracts|domain)/'},
      'A command calls one operation and prints.',
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: {path: 'node_modules'},
    // Its parser does not know `using`, which some tests like; boundaries are about what is shipped.
    exclude: {path: ['^(dist|coverage)/', String.raw`\.(test|stack|contract)\.ts$`, '/testing/']},
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.json', '.css'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
