// npm install && npm run make: writes ../schemas, of what the modules in terraform/ use.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {cdktf} from './cdktf.js'
import * as oci from './oci.js'

const OCI = {
  core_vcn: 'core/vcn',
  core_internet_gateway: 'core/internetGateway',
  core_nat_gateway: 'core/natGateway',
  core_service_gateway: 'core/serviceGateway',
  core_route_table: 'core/routeTable',
  core_security_list: 'core/securityList',
  core_subnet: 'core/subnet',
  containerengine_cluster: 'containerengine/cluster',
  containerengine_node_pool: 'containerengine/nodePool',
  load_balancer_load_balancer: 'loadbalancer/loadBalancer',
  load_balancer_backend_set: 'loadbalancer/backendSet',
  load_balancer_backend: 'loadbalancer/backend',
  load_balancer_listener: 'loadbalancer/listener',
  load_balancer_rule_set: 'loadbalancer/ruleSet',
  kms_vault: 'kms/vault',
  kms_key: 'kms/key',
  identity_dynamic_group: 'identity/dynamicGroup',
  identity_policy: 'identity/policy',
  artifacts_container_repository: 'artifacts/containerRepository',
  logging_log_group: 'logging/logGroup',
  logging_log: 'logging/log',
  logging_unified_agent_configuration: 'logging/unifiedAgentConfiguration',
}
const OCI_DATA = {
  core_services: 'core/getServices',
  identity_availability_domains: 'identity/getAvailabilityDomains',
  containerengine_node_pool_option: 'containerengine/getNodePoolOption',
  containerengine_cluster_kube_config: 'containerengine/getClusterKubeConfig',
  objectstorage_namespace: 'objectstorage/getNamespace',
}
const AZURERM = [
  'resource_group',
  'virtual_network',
  'subnet',
  'public_ip',
  'kubernetes_cluster',
  'user_assigned_identity',
  'federated_identity_credential',
  'key_vault',
  'role_assignment',
  'container_registry',
  'log_analytics_workspace',
]
const GOOGLE = [
  'compute_network',
  'compute_subnetwork',
  'compute_router',
  'compute_router_nat',
  'compute_address',
  'container_cluster',
  'container_node_pool',
  'service_account',
  'service_account_iam_member',
  'project_iam_member',
  'secret_manager_secret',
  'secret_manager_secret_iam_member',
  'artifact_registry_repository',
  'logging_project_bucket_config',
  'iam_workload_identity_pool',
  'iam_workload_identity_pool_provider',
]

const each = (names, make) =>
  Object.fromEntries(Object.entries(names).map(([name, path]) => [`oci_${name}`, make(path)]))
/** A line for each resource. */
function write(name, {provider, resources, data_sources: data}) {
  const lines = (blocks) =>
    Object.entries(blocks)
      .map(([key, block]) => `${JSON.stringify(key)}: ${JSON.stringify(block)}`)
      .join(',\n')
  const text = `{"provider": ${JSON.stringify(provider)},\n"resources": {\n${lines(resources)}\n},\n"data_sources": {\n${lines(data)}\n}}\n`
  writeFileSync(join(import.meta.dirname, `../schemas/${name}.json`), text)
}

write('oci', {
  provider: oci.provider(),
  resources: each(OCI, oci.resource),
  data_sources: each(OCI_DATA, oci.dataSource),
})
for (const [name, types] of [
  ['azurerm', AZURERM],
  ['google', GOOGLE],
]) {
  const from = cdktf(`@cdktf/provider-${name}`)
  const resources = Object.fromEntries(types.map((type) => [`${name}_${type}`, from.resource(type)]))
  write(name, {provider: from.provider(), resources, data_sources: {}})
}
