# What is made by default is always free, and what is not is refused. No account is asked: the provider is a mock.

mock_provider "oci" {
  mock_data "oci_identity_availability_domains" {
    defaults = {
      availability_domains = [{ name = "Uocm:EU-FRANKFURT-1-AD-1" }, { name = "Uocm:EU-FRANKFURT-1-AD-2" }]
    }
  }
  mock_data "oci_core_services" {
    defaults = {
      services = [{ id = "ocid1.service.oc1..all", cidr_block = "all-fra-services-in-oracle-services-network" }]
    }
  }
  mock_data "oci_containerengine_node_pool_option" {
    defaults = {
      sources = [
        { source_name = "Oracle-Linux-8.10-2026.01.31-0-OKE-1.35.2-1372", image_id = "intel" },
        { source_name = "Oracle-Linux-8.10-aarch64-2025.11.20-0-OKE-1.35.2-1300", image_id = "older" },
        { source_name = "Oracle-Linux-8.10-aarch64-2026.01.31-0-OKE-1.35.2-1372", image_id = "newest" },
        { source_name = "Oracle-Linux-8.10-aarch64-2026.01.31-0-OKE-1.34.1-1371", image_id = "other" },
      ]
    }
  }
  mock_data "oci_containerengine_cluster_kube_config" {
    defaults = { content = "kind: Config" }
  }
  mock_data "oci_objectstorage_namespace" {
    defaults = { namespace = "frspace" }
  }
  mock_resource "oci_containerengine_node_pool" {
    defaults = {
      nodes = [{ private_ip = "10.20.1.2" }, { private_ip = "10.20.1.3" }]
    }
  }
  mock_resource "oci_load_balancer_load_balancer" {
    defaults = { ip_address_details = [{ ip_address = "192.0.2.10" }] }
  }
  mock_resource "oci_kms_vault" {
    defaults = { id = "ocid1.vault.oc1..v", management_endpoint = "https://v.kms.example.com" }
  }
}

variables {
  tenancy_ocid       = "ocid1.tenancy.oc1..t"
  compartment_ocid   = "ocid1.compartment.oc1..c"
  region             = "eu-frankfurt-1"
  kubernetes_version = "v1.35.2"
}

run "default_is_always_free" {
  assert {
    condition     = oci_containerengine_cluster.this.type == "BASIC_CLUSTER"
    error_message = "an enhanced cluster costs by the hour"
  }
  assert {
    condition     = oci_containerengine_node_pool.this.node_shape == "VM.Standard.A1.Flex"
    error_message = "only A1 is free in this size"
  }
  assert {
    condition = (
      oci_containerengine_node_pool.this.node_config_details[0].size == 2 &&
      oci_containerengine_node_pool.this.node_shape_config[0].ocpus == 2 &&
      oci_containerengine_node_pool.this.node_shape_config[0].memory_in_gbs == 12
    )
    error_message = "two nodes of 2 cores and 12 GB"
  }
  assert {
    condition     = tonumber(oci_containerengine_node_pool.this.node_source_details[0].boot_volume_size_in_gbs) == 50
    error_message = "boot volumes are as small as there are any"
  }
  assert {
    condition     = !oci_containerengine_node_pool.this.node_pool_cycling_details[0].is_node_cycling_enabled
    error_message = "a node more while nodes are replaced is not free"
  }
  assert {
    condition = (
      oci_load_balancer_load_balancer.this.shape == "flexible" &&
      oci_load_balancer_load_balancer.this.shape_details[0].minimum_bandwidth_in_mbps == 10 &&
      oci_load_balancer_load_balancer.this.shape_details[0].maximum_bandwidth_in_mbps == 10
    )
    error_message = "one load balancer of 10 Mbps"
  }
  assert {
    condition     = oci_kms_vault.this.vault_type == "DEFAULT" && oci_kms_key.secrets.protection_mode == "SOFTWARE"
    error_message = "a private vault is not free, keys in hardware are counted"
  }
  assert {
    condition = output.capacity == {
      nodes = 2, cores = 4, memory_gb = 24, boot_volumes_gb = 100, load_balancer_mbps = 10
    }
    error_message = "what is told of the capacity is what was made"
  }
}

run "newest_arm_image_of_the_version" {
  assert {
    condition     = oci_containerengine_node_pool.this.node_source_details[0].image_id == "newest"
    error_message = "Arm, of this Kubernetes, the newest"
  }
  assert {
    condition     = length(oci_containerengine_node_pool.this.node_config_details[0].placement_configs) == 2
    error_message = "a node may be in each availability domain"
  }
}

run "nodes_cannot_be_reached_from_outside" {
  assert {
    condition     = oci_core_subnet.nodes.prohibit_public_ip_on_vnic
    error_message = "nodes have no public address"
  }
  assert {
    condition = alltrue([
      for rule in oci_core_security_list.nodes.ingress_security_rules : rule.source != "0.0.0.0/0" || rule.protocol == "1"
    ])
    error_message = "only path discovery comes from everywhere"
  }
  assert {
    condition = toset([
      for rule in oci_core_security_list.edge.ingress_security_rules : rule.tcp_options[0].min
    ]) == toset([80])
    error_message = "without a certificate there is no 443"
  }
}

run "vault_is_read_by_nodes_and_only_this_one" {
  assert {
    condition     = length([for line in oci_identity_policy.this.statements : line if strcontains(line, "secret")]) == 2
    error_message = "two statements about secrets"
  }
  assert {
    condition = alltrue([
      for line in oci_identity_policy.this.statements :
      strcontains(line, "target.vault.id = 'ocid1.vault.oc1..v'") if strcontains(line, "secret")
    ])
    error_message = "no other vault of the compartment"
  }
  assert {
    condition     = output.vault.principalType == "InstancePrincipal"
    error_message = "a basic cluster has no workload identity"
  }
}

run "load_balancer_ends_tls_with_a_certificate" {
  variables {
    certificate_ocid = "ocid1.certificate.oc1..x"
  }
  assert {
    condition     = oci_load_balancer_listener.https[0].ssl_configuration[0].certificate_ids[0] == "ocid1.certificate.oc1..x"
    error_message = "443 with the certificate"
  }
  assert {
    condition     = oci_load_balancer_rule_set.to_https[0].items[0].redirect_uri[0].protocol == "HTTPS"
    error_message = "80 leads to 443"
  }
  assert {
    condition     = output.endpoint == "https://192.0.2.10"
    error_message = "the address people use"
  }
}

run "enhanced_cluster_knows_the_pod" {
  variables {
    free_tier    = false
    cluster_type = "ENHANCED_CLUSTER"
  }
  assert {
    condition     = strcontains(oci_identity_policy.this.statements[0], "request.principal.service_account = 'external-secrets'")
    error_message = "no node reads the vault where the pod can be named"
  }
  assert {
    condition     = output.vault.principalType == "Workload"
    error_message = "External Secrets is told"
  }
}

run "fits_the_smaller_allowance" {
  variables {
    always_free     = { cores = 2, memory_gbs = 12 }
    node_ocpus      = 1
    node_memory_gbs = 6
  }
  assert {
    condition     = output.capacity.cores == 2 && output.capacity.memory_gb == 12
    error_message = "two nodes of half the size"
  }
}

run "refuses_more_cores_than_are_free" {
  command = plan
  variables {
    node_count = 3
  }
  expect_failures = [var.node_ocpus]
}

run "refuses_more_memory_than_is_free" {
  command = plan
  variables {
    node_memory_gbs = 16
  }
  expect_failures = [var.node_memory_gbs]
}

run "refuses_more_storage_than_is_free" {
  command = plan
  variables {
    boot_volume_gbs = 120
  }
  expect_failures = [var.boot_volume_gbs]
}

run "refuses_a_wider_load_balancer" {
  command = plan
  variables {
    load_balancer_mbps = 100
  }
  expect_failures = [var.load_balancer_mbps]
}

run "refuses_an_enhanced_cluster" {
  command = plan
  variables {
    cluster_type = "ENHANCED_CLUSTER"
  }
  expect_failures = [var.cluster_type]
}

run "refuses_a_kubernetes_that_is_too_old" {
  command = plan
  variables {
    kubernetes_version = "v1.29.1"
  }
  expect_failures = [var.kubernetes_version]
}

run "refuses_a_version_without_an_arm_image" {
  command = plan
  variables {
    kubernetes_version = "v1.33.0"
  }
  expect_failures = [oci_containerengine_node_pool.this]
}
