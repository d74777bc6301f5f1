/**
 * Prints the go.mod of a module that needs one other: `go install MODULE@VERSION` refuses modules with replace directives,
 * and those of Kubernetes have some. They are taken over, and those that lead into the module's own tree become what its
 * publisher has released from there.
 *
 * wrap-module.ts NAME MODULE VERSION [VERSION-OF-STAGING] < (go mod edit -json go.mod)
 */
import {text} from 'node:stream/consumers'
import {z} from 'zod'

const [name, module, version, staging] = process.argv.slice(2)
const side = z.object({Path: z.string(), Version: z.string().optional()})
const upstream = z.object({Go: z.string(), Replace: z.array(z.object({Old: side, New: side})).nullish()})
const {Go: go, Replace: replaces} = upstream.parse(JSON.parse(await text(process.stdin)))

const words = ({Path: path, Version: of}: z.infer<typeof side>): string => (of === undefined ? path : `${path} ${of}`)

console.log(`module todo5.local/${name}\n\ngo ${go}\n\nrequire ${module} ${version}\n`)
for (const {Old: old, New: replaced} of replaces ?? []) {
  // A marker of etcd for what it must not need.
  if (replaced.Path.includes('FORBIDDEN')) continue
  const local = replaced.Path.startsWith('.') || replaced.Path.includes('/staging/')
  if (local && staging === undefined) throw new Error(`${old.Path} lies in the tree of ${module}: which version is it?`)
  console.log(`replace ${words(old)} => ${local ? `${old.Path} ${staging}` : words(replaced)}`)
}
