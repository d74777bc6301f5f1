data "oci_containerengine_cluster_kube_config" "this" {
  cluster_id    = oci_containerengine_cluster.this.id
  endpoint      = "PUBLIC_ENDPOINT"
  token_version = "2.0.0"
}

output "kubeconfig" {
  description = "For kubectl. Without a secret: it calls `oci ce cluster generate-token`, which asks for yours."
  value       = data.oci_containerengine_cluster_kube_config.this.content
}

output "endpoint" {
  description = "Where people reach todo5; what the name in DNS has to lead to."
  value       = "${var.certificate_ocid == "" ? "http" : "https"}://${oci_load_balancer_load_balancer.this.ip_address_details[0].ip_address}"
}

output "image_repository" {
  description = "image.repository of the chart, less the host of the registry of the region."
  value       = "${data.oci_objectstorage_namespace.this.namespace}/${oci_artifacts_container_repository.this.display_name}"
}

output "vault" {
  description = "What the SecretStore of External Secrets names."
  value = {
    vault         = oci_kms_vault.this.id
    key           = oci_kms_key.secrets.id
    compartment   = var.compartment_ocid
    region        = var.region
    principalType = local.workload ? "Workload" : "InstancePrincipal"
  }
}

output "capacity" {
  description = "What the pool has, as `todo5 deploy oke --dry-run` counts it."
  value = {
    nodes              = var.node_count
    cores              = var.node_count * var.node_ocpus
    memory_gb          = var.node_count * var.node_memory_gbs
    boot_volumes_gb    = var.node_count * var.boot_volume_gbs
    load_balancer_mbps = var.load_balancer_mbps
  }
}
