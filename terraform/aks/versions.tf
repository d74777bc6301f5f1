terraform {
  # Variables are checked against each other, since 1.9.
  required_version = ">= 1.9.0"

  required_providers {
    # Arguments checked against the schema in test/tools/terraform, which is of 4.55.0.
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.55"
    }
  }
}

# Credentials come from `az login` or, in GitHub Actions, from OIDC (ARM_USE_OIDC); never from here.
provider "azurerm" {
  subscription_id = var.subscription_id

  features {
    key_vault {
      # What was deleted by mistake comes back; a vault that was destroyed keeps its name for that long.
      purge_soft_delete_on_destroy = false
    }
  }
}
