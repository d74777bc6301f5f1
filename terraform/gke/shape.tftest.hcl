# As small as it can be, without a key anywhere. No account is asked: the provider is a mock.

mock_provider "google" {
  mock_resource "google_container_cluster" {
    defaults = { endpoint = "192.0.2.31" }
  }
  mock_resource "google_compute_address" {
    defaults = { address = "192.0.2.30" }
  }
  mock_resource "google_service_account" {
    defaults = {
      name   = "projects/my-project/serviceAccounts/a@my-project.iam.gserviceaccount.com"
      email  = "a@my-project.iam.gserviceaccount.com"
      member = "serviceAccount:a@my-project.iam.gserviceaccount.com"
    }
  }
}

variables {
  project = "my-project"
  region  = "europe-west4"
  zone    = "europe-west4-a"
}

run "default_is_small" {
  assert {
    condition     = google_container_cluster.this.location == "europe-west4-a"
    error_message = "a zonal cluster, whose control plane is in the free tier"
  }
  assert {
    condition = (
      google_container_node_pool.this.node_count == 3 &&
      google_container_node_pool.this.node_config[0].machine_type == "e2-standard-2" &&
      google_container_node_pool.this.node_config[0].disk_size_gb == 50
    )
    error_message = "three small nodes"
  }
  assert {
    condition     = google_container_cluster.this.remove_default_node_pool
    error_message = "one pool, not two"
  }
  assert {
    condition     = !google_container_cluster.this.monitoring_config[0].managed_prometheus[0].enabled
    error_message = "no Prometheus that costs by the sample"
  }
}

run "no_key_anywhere" {
  assert {
    condition     = !google_container_cluster.this.master_auth[0].client_certificate_config[0].issue_client_certificate
    error_message = "no certificate of a client"
  }
  assert {
    condition     = google_container_cluster.this.workload_identity_config[0].workload_pool == "my-project.svc.id.goog"
    error_message = "pods sign in with their service account"
  }
  assert {
    condition     = google_container_node_pool.this.node_config[0].workload_metadata_config[0].mode == "GKE_METADATA"
    error_message = "a pod cannot be the node"
  }
}

run "nodes_cannot_be_reached_from_outside" {
  assert {
    condition     = google_container_cluster.this.private_cluster_config[0].enable_private_nodes
    error_message = "nodes have no public address"
  }
  assert {
    condition     = google_container_cluster.this.datapath_provider == "ADVANCED_DATAPATH"
    error_message = "a network that enforces policies"
  }
}

run "secrets_are_read_by_external_secrets" {
  assert {
    condition     = google_service_account_iam_member.secrets.member == "serviceAccount:my-project.svc.id.goog[external-secrets/external-secrets]"
    error_message = "one service account"
  }
  assert {
    condition = (
      length(google_secret_manager_secret_iam_member.secrets) == length(google_secret_manager_secret.this) &&
      alltrue([for one in google_secret_manager_secret_iam_member.secrets : one.role == "roles/secretmanager.secretAccessor"])
    )
    error_message = "each of these secrets, and no other of the project"
  }
  assert {
    condition     = contains(keys(google_secret_manager_secret.this), "chat-api")
    error_message = "a secret for each service"
  }
}

run "github_signs_in_for_one_environment" {
  variables {
    github_repository = "acme/todo"
    environment       = "staging"
  }
  assert {
    condition     = strcontains(google_iam_workload_identity_pool_provider.github[0].attribute_condition, "repo:acme/todo:environment:staging")
    error_message = "runs of this environment alone"
  }
}

run "without_github_nothing_of_it" {
  assert {
    condition     = length(google_iam_workload_identity_pool.github) == 0 && length(google_project_iam_member.github) == 0
    error_message = "no rights for nobody"
  }
}

run "refuses_a_zone_elsewhere" {
  command = plan
  variables {
    zone = "us-east1-b"
  }
  expect_failures = [var.zone]
}

run "refuses_a_network_that_is_none" {
  command = plan
  variables {
    api_allowed_cidrs = ["everywhere"]
  }
  expect_failures = [var.api_allowed_cidrs]
}

run "refuses_half_a_node" {
  command = plan
  variables {
    node_count = 0.5
  }
  expect_failures = [var.node_count]
}
