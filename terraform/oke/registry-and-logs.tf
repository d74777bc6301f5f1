data "oci_objectstorage_namespace" "this" {
  compartment_id = var.tenancy_ocid
}

resource "oci_artifacts_container_repository" "this" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
  # Nothing in the image is secret, and a private repository wants a password on every node.
  is_public = true
  # A tag that is there stays what it is; a roll-back needs it.
  is_immutable = true
}

resource "oci_logging_log_group" "this" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
}

resource "oci_logging_log" "pods" {
  log_group_id       = oci_logging_log_group.this.id
  display_name       = "${var.name}-pods"
  log_type           = "CUSTOM"
  is_enabled         = true
  retention_duration = var.log_retention_days
}

# The agent of the nodes sends what todo5's pods write.
resource "oci_logging_unified_agent_configuration" "pods" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}-pods"
  description    = "What the pods of ${var.name} write"
  is_enabled     = true

  group_association {
    group_list = [oci_identity_dynamic_group.nodes.id]
  }

  service_configuration {
    configuration_type = "LOGGING"

    destination {
      log_object_id = oci_logging_log.pods.id
    }

    sources {
      source_type = "LOG_TAIL"
      name        = "pods"
      paths       = ["/var/log/containers/*_todo5_*.log"]

      parser {
        parser_type = "CRI"
      }
    }
  }
}
