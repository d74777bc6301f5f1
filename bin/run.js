#!/usr/bin/env node
// The installed command line: the bundle in dist/cli, with what it compiled kept by Node between runs.
const [first] = process.argv.slice(2)
if (first === '--version' || first === '-v') {
  // Needs no bundle: the fastest answer is the one that loads nothing.
  const {readFileSync} = process.getBuiltinModule('node:fs')
  const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`todo5 ${version} (${process.platform}-${process.arch}, Node ${process.versions.node})\n`)
} else {
  // Beyond this, dependencies need a newer Node than some machines have; pinned-node.js knows exactly which.
  if (Number.parseInt(process.versions.node, 10) < 24) {
    const {requireModernNode} = await import('./pinned-node.js')
    await requireModernNode(import.meta.url)
  }
  process.getBuiltinModule('node:module').enableCompileCache()
  const {run} = await import('../dist/cli/start.js')
  await run(new URL('..', import.meta.url))
}
