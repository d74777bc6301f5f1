data "oci_identity_availability_domains" "all" {
  compartment_id = var.tenancy_ocid
}

data "oci_containerengine_node_pool_option" "all" {
  node_pool_option_id = "all"
  compartment_id      = var.compartment_ocid
}

locals {
  # Such as Oracle-Linux-8.10-aarch64-2026.01.31-0-OKE-1.35.2-1372. Names of one line sort by their date.
  images = {
    for source in data.oci_containerengine_node_pool_option.all.sources : source.source_name => source.image_id
    if can(regex("^Oracle-Linux-8\\..*-aarch64-.*-OKE-${trimprefix(var.kubernetes_version, "v")}-", source.source_name))
  }
  newest_image = try(reverse(sort(keys(local.images)))[0], null)
}

resource "oci_containerengine_cluster" "this" {
  compartment_id     = var.compartment_ocid
  name               = var.name
  vcn_id             = oci_core_vcn.this.id
  kubernetes_version = var.kubernetes_version
  type               = var.cluster_type

  cluster_pod_network_options {
    cni_type = "FLANNEL_OVERLAY"
  }

  endpoint_config {
    is_public_ip_enabled = true
    subnet_id            = oci_core_subnet.api.id
  }

  options {
    service_lb_subnet_ids = [oci_core_subnet.edge.id]

    kubernetes_network_config {
      pods_cidr     = "10.244.0.0/16"
      services_cidr = "10.96.0.0/16"
    }
  }
}

resource "oci_containerengine_node_pool" "this" {
  compartment_id     = var.compartment_ocid
  cluster_id         = oci_containerengine_cluster.this.id
  name               = var.name
  kubernetes_version = var.kubernetes_version
  node_shape         = "VM.Standard.A1.Flex"

  node_shape_config {
    ocpus         = var.node_ocpus
    memory_in_gbs = var.node_memory_gbs
  }

  node_source_details {
    source_type             = "IMAGE"
    image_id                = local.images[local.newest_image]
    boot_volume_size_in_gbs = var.boot_volume_gbs
  }

  node_config_details {
    size = var.node_count

    dynamic "placement_configs" {
      for_each = data.oci_identity_availability_domains.all.availability_domains
      content {
        availability_domain = placement_configs.value.name
        subnet_id           = oci_core_subnet.nodes.id
      }
    }

    node_pool_pod_network_option_details {
      cni_type = "FLANNEL_OVERLAY"
    }
  }

  # One more node at a time would be more than always free.
  node_pool_cycling_details {
    is_node_cycling_enabled = false
  }

  lifecycle {
    # A newer image is taken by an upgrade that somebody wants, not by any apply.
    ignore_changes = [node_source_details[0].image_id]

    precondition {
      condition     = local.newest_image != null
      error_message = "OKE has no Arm image for Kubernetes ${var.kubernetes_version}: oci ce node-pool-options get --node-pool-option-id all"
    }
  }
}
