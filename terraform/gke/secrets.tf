# Places for the secrets; what is in them comes by `todo5 secret set`, so that no state has it.

resource "google_secret_manager_secret" "this" {
  for_each = var.secrets

  secret_id = "${var.name}-${var.environment}-${each.value}"

  replication {
    auto {}
  }
}

resource "google_service_account" "secrets" {
  account_id   = "${var.name}-secrets"
  display_name = "External Secrets of ${var.name}"
}

resource "google_secret_manager_secret_iam_member" "secrets" {
  for_each = google_secret_manager_secret.this

  secret_id = each.value.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.secrets.member
}

# The service account of External Secrets in the cluster, without a key.
resource "google_service_account_iam_member" "secrets" {
  service_account_id = google_service_account.secrets.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project}.svc.id.goog[external-secrets/external-secrets]"

  # The pool of identities comes with the first cluster.
  depends_on = [google_container_cluster.this]
}
