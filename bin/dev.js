#!/usr/bin/env node
// The command line from the TypeScript sources: no build, no manifest, so that a new command is there at once.
import {requireModernNode} from './pinned-node.js'

await requireModernNode(import.meta.url)
const {run} = await import('../cli/start.ts')
await run(new URL('..', import.meta.url), {sources: true})
