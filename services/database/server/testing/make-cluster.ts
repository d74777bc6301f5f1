import {type ClusterOptions, ensureCluster} from '../cluster.ts'

// Run by a test that kills this process.
await ensureCluster(JSON.parse(process.argv[2]!) as ClusterOptions)
