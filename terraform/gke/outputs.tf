output "kubeconfig" {
  description = "For kubectl. Without a secret: it calls gke-gcloud-auth-plugin, which asks for yours."
  value = yamlencode({
    apiVersion      = "v1"
    kind            = "Config"
    current-context = "gke"
    clusters = [{
      name = "gke"
      cluster = {
        server                     = "https://${google_container_cluster.this.endpoint}"
        certificate-authority-data = google_container_cluster.this.master_auth[0].cluster_ca_certificate
      }
    }]
    contexts = [{ name = "gke", context = { cluster = "gke", user = "gke", namespace = "todo5" } }]
    users = [{
      name = "gke"
      user = {
        exec = {
          apiVersion         = "client.authentication.k8s.io/v1"
          interactiveMode    = "IfAvailable"
          command            = "gke-gcloud-auth-plugin"
          provideClusterInfo = true
        }
      }
    }]
  })
  # Google calls its authority sensitive; it is not, and there is nothing else of this kind.
  sensitive = true
}

output "endpoint" {
  description = "Where people reach todo5; what the name in DNS has to lead to."
  value       = "http://${google_compute_address.edge.address}"
}

output "image_repository" {
  description = "image.repository of the chart."
  value       = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.this.repository_id}/todo5"
}

output "vault" {
  description = "What the SecretStore of External Secrets names."
  value = {
    projectID      = var.project
    serviceAccount = google_service_account.secrets.email
    prefix         = "${var.name}-${var.environment}-"
  }
}

output "github" {
  description = "What the workflows sign in with; null without github_repository."
  value = var.github_repository == "" ? null : {
    workload_identity_provider = google_iam_workload_identity_pool_provider.github[0].name
    service_account            = google_service_account.github[0].email
  }
}

output "capacity" {
  description = "What the pool has."
  value = {
    nodes           = var.node_count
    machine_type    = var.machine_type
    boot_volumes_gb = var.node_count * var.node_disk_gb
  }
}
