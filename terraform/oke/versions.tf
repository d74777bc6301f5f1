terraform {
  # Variables are checked against each other, since 1.9.
  required_version = ">= 1.9.0"

  required_providers {
    # Arguments checked against the schema in test/tools/terraform, which is of 8.x; no real provider has run this module yet.
    oci = {
      source  = "oracle/oci"
      version = "~> 8.0"
    }
  }
}

# Credentials come from the environment or ~/.oci/config, never from here.
provider "oci" {
  region = var.region
}
