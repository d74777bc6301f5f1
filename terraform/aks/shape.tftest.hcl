# As small as it can be, without a password anywhere. No account is asked: the provider is a mock.

mock_provider "azurerm" {
  mock_resource "azurerm_kubernetes_cluster" {
    defaults = {
      id              = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/todo5"
      fqdn            = "todo5.hcp.westeurope.azmk8s.io"
      oidc_issuer_url = "https://westeurope.oic.prod-aks.azure.com/t/i/"
      kube_config     = [{ cluster_ca_certificate = "Q0E=" }]
    }
  }
  mock_resource "azurerm_key_vault" {
    defaults = { id = "/vault", vault_uri = "https://todo5production.vault.azure.net/" }
  }
  mock_resource "azurerm_public_ip" {
    defaults = { ip_address = "192.0.2.20" }
  }
  mock_resource "azurerm_container_registry" {
    defaults = { id = "/registry", login_server = "todo5production.azurecr.io" }
  }
}

variables {
  subscription_id    = "00000000-0000-0000-0000-000000000001"
  tenant_id          = "00000000-0000-0000-0000-000000000002"
  location           = "westeurope"
  kubernetes_version = "1.35"
  admin_group_ids    = ["00000000-0000-0000-0000-000000000003"]
}

run "default_is_small" {
  assert {
    condition     = azurerm_kubernetes_cluster.this.sku_tier == "Free"
    error_message = "the control plane costs nothing"
  }
  assert {
    condition = (
      azurerm_kubernetes_cluster.this.default_node_pool[0].node_count == 3 &&
      azurerm_kubernetes_cluster.this.default_node_pool[0].vm_size == "Standard_B2ps_v2"
    )
    error_message = "three small Arm nodes"
  }
  assert {
    condition     = azurerm_container_registry.this.sku == "Basic" && azurerm_key_vault.this.sku_name == "standard"
    error_message = "the smallest registry and vault"
  }
  assert {
    condition     = azurerm_log_analytics_workspace.this.daily_quota_gb == 1
    error_message = "logs have an end"
  }
}

run "no_password_anywhere" {
  assert {
    condition     = azurerm_kubernetes_cluster.this.local_account_disabled && !azurerm_container_registry.this.admin_enabled
    error_message = "accounts of Entra only"
  }
  assert {
    condition     = azurerm_kubernetes_cluster.this.workload_identity_enabled && azurerm_kubernetes_cluster.this.oidc_issuer_enabled
    error_message = "pods sign in with their service account"
  }
  assert {
    condition     = yamldecode(output.kubeconfig).users[0].user.exec.command == "kubelogin"
    error_message = "the kubeconfig asks for a token"
  }
}

run "vault_is_read_by_external_secrets" {
  assert {
    condition     = azurerm_federated_identity_credential.secrets.subject == "system:serviceaccount:external-secrets:external-secrets"
    error_message = "one service account"
  }
  assert {
    condition     = azurerm_role_assignment.secrets.scope == "/vault" && azurerm_role_assignment.secrets.role_definition_name == "Key Vault Secrets User"
    error_message = "reads this vault, and no more"
  }
  assert {
    condition     = azurerm_key_vault.this.rbac_authorization_enabled && azurerm_key_vault.this.purge_protection_enabled
    error_message = "rights by role, and no secret is gone at once"
  }
}

run "policies_of_the_chart_are_enforced" {
  assert {
    condition     = azurerm_kubernetes_cluster.this.network_profile[0].network_policy == "cilium"
    error_message = "a network that enforces policies"
  }
}

run "github_signs_in_for_one_environment" {
  variables {
    github_repository = "acme/todo"
    environment       = "staging"
  }
  assert {
    condition     = azurerm_federated_identity_credential.github[0].subject == "repo:acme/todo:environment:staging"
    error_message = "runs of this environment alone"
  }
}

run "without_github_nothing_of_it" {
  assert {
    condition     = length(azurerm_federated_identity_credential.github) == 0 && length(azurerm_role_assignment.github) == 0
    error_message = "no rights for nobody"
  }
}

run "refuses_an_old_kubernetes" {
  command = plan
  variables {
    kubernetes_version = "1.29"
  }
  expect_failures = [var.kubernetes_version]
}

run "refuses_a_cluster_nobody_could_use" {
  command = plan
  variables {
    admin_group_ids = []
  }
  expect_failures = [var.admin_group_ids]
}

run "refuses_half_a_node" {
  command = plan
  variables {
    node_count = 1.5
  }
  expect_failures = [var.node_count]
}
