# GitHub Actions signs in with the token of its run; only runs of this environment, which GitHub protects, are believed.

resource "google_iam_workload_identity_pool" "github" {
  count = var.github_repository == "" ? 0 : 1

  workload_identity_pool_id = "${var.name}-github"
  display_name              = "GitHub Actions"
}

resource "google_iam_workload_identity_pool_provider" "github" {
  count = var.github_repository == "" ? 0 : 1

  workload_identity_pool_id          = google_iam_workload_identity_pool.github[0].workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  attribute_condition                = "assertion.repository == '${var.github_repository}' && assertion.sub == 'repo:${var.github_repository}:environment:${var.environment}'"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account" "github" {
  count = var.github_repository == "" ? 0 : 1

  account_id   = "${var.name}-github"
  display_name = "Deploys ${var.name} from GitHub Actions"
}

resource "google_service_account_iam_member" "github" {
  count = var.github_repository == "" ? 0 : 1

  service_account_id = google_service_account.github[0].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github[0].name}/attribute.repository/${var.github_repository}"
}

resource "google_project_iam_member" "github" {
  for_each = var.github_repository == "" ? toset([]) : toset(["roles/container.admin", "roles/artifactregistry.writer"])

  project = var.project
  role    = each.value
  member  = google_service_account.github[0].member
}
