terraform {
  # Variables are checked against each other, since 1.9.
  required_version = ">= 1.9.0"

  required_providers {
    # Arguments checked against the schema in test/tools/terraform, which is of 6.50.0.
    google = {
      source  = "hashicorp/google"
      version = "~> 6.50"
    }
  }
}

# Credentials come from `gcloud auth application-default login` or, in GitHub Actions, from OIDC; never from here.
provider "google" {
  project = var.project
  region  = var.region
}
