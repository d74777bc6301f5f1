// The pages of docs/cli and the man page, of what --help prints. Run by `npm run generate`.
import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {createComposition} from '../cli/composition.ts'
import {GROUPS} from '../cli/help.ts'
import {main} from '../cli/main.ts'
import {commandSource} from '../cli/start.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @returns {Promise<readonly {group: string, commands: readonly {name: string, summary: string, help: string}[]}[]>} */
async function reference() {
  const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
  const known = new Set(GROUPS.flatMap(([, words]) => words))
  const parts = []
  for (const [group, words] of [...GROUPS, ['ADVANCED', undefined]]) {
    const names = Object.keys(commands).filter((id) => {
      if (commands[id].hidden) return false
      const word = id.split(':')[0]
      return words ? words.includes(word) : !known.has(word)
    })
    if (words) names.sort((a, b) => words.indexOf(a.split(':')[0]) - words.indexOf(b.split(':')[0]))
    const described = []
    for (const id of names) {
      const name = id.replaceAll(':', ' ')
      described.push({name, summary: commands[id].summary, help: await helpOf(name.split(' '))})
    }
    parts.push({group, commands: described})
  }
  return parts
}

/** @param {readonly string[]} words */
async function helpOf(words) {
  let text = ''
  const sink = {write: (/** @type {string} */ part) => void (text += part), isTTY: false, columns: 80}
  const terminal = {stdout: sink, stderr: sink}
  const composition = createComposition({root, env: {}, terminal, now: Date.now, home: '/home/you', uid: 1000})
  const code = await main([...words, '--help'], composition, commandSource(root, false))
  if (code !== 0) throw new Error(`todo5 ${words.join(' ')} --help: ${text}`)
  return text.trimEnd()
}

const GENERATED = '<!-- of what --help prints, by npm run generate -->'
const fileOf = (/** @type {string} */ group) => `${group.toLowerCase()}.md`
const titleOf = (/** @type {string} */ group) => `${group[0]}${group.slice(1).toLowerCase()}`
const anchorOf = (/** @type {string} */ name) => `todo5-${name.replaceAll(' ', '-')}`

/** The pages by file name: one for each part of the root help, and one that lists all commands. */
export async function cliPages() {
  const parts = await reference()
  const pages = parts.map(({group, commands}) => [
    fileOf(group),
    [
      `# ${titleOf(group)}`,
      GENERATED,
      ...commands.flatMap(({name, help}) => [`## todo5 ${name}`, `\`\`\`\n${help}\n\`\`\``]),
      '',
    ].join('\n\n'),
  ])
  const index = [
    '# Commands',
    GENERATED,
    'What scripts may rely on (streams, exit codes, names of tasks) is in [the contract](../contract/cli.md).',
    ...parts.map(({group, commands}) =>
      [
        `## [${titleOf(group)}](${fileOf(group)})\n`,
        '| command | |\n|---|---|',
        ...commands.map(({name, summary}) => `| [\`${name}\`](${fileOf(group)}#${anchorOf(name)}) | ${summary} |`),
      ].join('\n'),
    ),
    '',
  ].join('\n\n')
  return Object.fromEntries([['README.md', index], ...pages])
}

/** In roff a line that begins with . or ' is a request, and \ begins an escape. */
const roff = (/** @type {string} */ text) =>
  text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replaceAll(/^([.'])/gmu, String.raw`\&$1`)

/** todo5(1), for man. */
export async function manPage() {
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const contract = readFileSync(join(root, 'docs', 'contract', 'cli.md'), 'utf8')
  const codes = [...contract.matchAll(/^\| (\d+) \| ([^|]+) \|/gmu)].map(([, code, meaning]) => [code, meaning])
  const lines = [
    `.TH TODO5 1 "" "todo5 ${version}" "todo5"`,
    '.SH NAME',
    String.raw`todo5 \- tasks that repeat and remind, and the tools to run them`,
    '.SH SYNOPSIS',
    '.B todo5',
    String.raw`COMMAND [ARGUMENTS] [FLAGS]`,
  ]
  for (const {group, commands} of await reference()) {
    lines.push(`.SH ${group}`)
    for (const {name, help} of commands) lines.push(`.SS todo5 ${name}`, '.nf', roff(help), '.fi')
  }
  lines.push('.SH EXIT STATUS')
  for (const [code, meaning] of codes) lines.push('.TP', `.B ${code}`, roff(meaning ?? ''))
  return `${lines.join('\n')}\n`
}
