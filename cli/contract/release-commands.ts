import {z} from 'zod'
import {instantOutput} from '../../services/contracts/instant.ts'
import {besides, listed, one, type Printed} from './printed.ts'

/** One object of Kubernetes; no secret is in it. */
const objectDiff = z.object({
  object: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  lines: z.array(z.string()),
})
/** Null: nobody asked, or it cannot be told yet. */
const diff = z.array(objectDiff).nullable()

const where = {target: z.string(), kube_context: z.string(), namespace: z.string()}

const revision = z.object({
  revision: z.int(),
  deployed_at: instantOutput,
  /** As helm says it. */
  status: z.enum([
    'unknown',
    'deployed',
    'uninstalled',
    'superseded',
    'failed',
    'uninstalling',
    'pending-install',
    'pending-upgrade',
    'pending-rollback',
  ]),
  /** Deployed, and then verified. */
  good: z.boolean(),
  current: z.boolean(),
  /** Null: it was not deployed by todo5. */
  image: z.string().nullable(),
  chart: z.string(),
  verified_at: instantOutput.nullable(),
  by: z.string().nullable(),
  /** In one sentence. */
  failure: z.string().nullable(),
})

const rehearsal = {dry_run: z.literal(true), steps: z.array(z.string()), diff}

/** Of oke, aks, gke with their Terraform, unless the nodes are of a size that todo5 does not know. */
const capacity = z
  .object({
    items: z.array(
      z.object({
        part: z.string(),
        item: z.string(),
        pods: z.int(),
        cpu_millicores: z.number(),
        memory_bytes: z.number(),
        storage_bytes: z.number(),
        load_balancers: z.int(),
      }),
    ),
    totals: z.array(
      z.object({
        resource: z.enum(['cpu', 'memory', 'storage', 'load_balancers']),
        used: z.number(),
        /** Null: there is none, it is paid as it comes. */
        limit: z.number().nullable(),
      }),
    ),
  })
  .nullable()

/** What brings versions to a cluster. */
export const RELEASE_COMMANDS = {
  deploy: besides(
    one(
      z.object({
        ...where,
        /** Of oke, aks, gke with their Terraform; this and the two others null otherwise. */
        environment: z.enum(['staging', 'production']).nullable(),
        revision: z.int(),
        image: z.string().nullable(),
        seconds: z.number(),
        endpoint: z.string().nullable(),
        terraform: z
          .array(z.object({resource: z.string(), action: z.enum(['create', 'update', 'replace', 'destroy'])}))
          .nullable(),
        diff,
      }),
    ),
    /** `steps_back`: what is done when one fails; empty when no revision is good, or nobody knows. */
    z.object({...rehearsal, steps_back: z.array(z.string()), capacity}),
  ),
  destroy: besides(
    one(
      z.object({
        target: z.enum(['oke', 'aks', 'gke']),
        environment: z.enum(['staging', 'production']),
        /** As Terraform calls them; empty when nothing was there. */
        destroyed: z.array(z.string()),
      }),
    ),
    z.object({dry_run: z.literal(true), steps: z.array(z.string())}),
  ),
  rollback: besides(
    one(z.object({...where, revision: z.int(), to: z.int(), image: z.string(), seconds: z.number(), diff})),
    z.object(rehearsal),
  ),
  'release:list': listed('revisions', revision),
  'release:show': one(revision.extend({objects: z.array(z.string()), compared_with: z.int().nullable(), diff})),
} satisfies Record<string, Printed>
