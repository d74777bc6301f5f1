# The vault is made here, the secrets in it are not: `todo5 secret set` writes them, so that no state has them.

resource "oci_kms_vault" "this" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
  # The shared one; a private one costs by the hour.
  vault_type = "DEFAULT"
}

resource "oci_kms_key" "secrets" {
  compartment_id      = var.compartment_ocid
  display_name        = "${var.name}-secrets"
  management_endpoint = oci_kms_vault.this.management_endpoint
  # Keys in hardware are free up to 20 versions, those in software without end.
  protection_mode = "SOFTWARE"

  key_shape {
    algorithm = "AES"
    length    = 32
  }
}

locals {
  # A basic cluster knows nodes only; an enhanced one knows the service account of a pod.
  workload = var.cluster_type == "ENHANCED_CLUSTER"
  operator = local.workload ? "any-user" : "dynamic-group ${oci_identity_dynamic_group.nodes.name}"
  only_the_operator = [
    "request.principal.type = 'workload'",
    "request.principal.namespace = 'external-secrets'",
    "request.principal.service_account = 'external-secrets'",
    "request.principal.cluster_id = '${oci_containerengine_cluster.this.id}'",
  ]
  this_vault = "target.vault.id = '${oci_kms_vault.this.id}'"
  where      = local.workload ? "all {${join(", ", concat(local.only_the_operator, [local.this_vault]))}}" : local.this_vault
}

resource "oci_identity_dynamic_group" "nodes" {
  compartment_id = var.tenancy_ocid
  name           = "${var.name}-${var.environment}-nodes"
  description    = "Nodes of ${var.name}"
  matching_rule  = "ALL {instance.compartment.id = '${var.compartment_ocid}'}"
}

resource "oci_identity_policy" "this" {
  compartment_id = var.compartment_ocid
  name           = "${var.name}-${var.environment}"
  description    = "External Secrets reads the vault; nodes send logs"
  statements = [
    "Allow ${local.operator} to read secret-bundles in compartment id ${var.compartment_ocid} where ${local.where}",
    "Allow ${local.operator} to inspect secrets in compartment id ${var.compartment_ocid} where ${local.where}",
    "Allow dynamic-group ${oci_identity_dynamic_group.nodes.name} to use log-content in compartment id ${var.compartment_ocid}",
  ]
}
