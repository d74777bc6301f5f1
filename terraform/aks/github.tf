# GitHub Actions signs in with the token of its run; only runs of this environment, which GitHub protects, are believed.

resource "azurerm_user_assigned_identity" "github" {
  count = var.github_repository == "" ? 0 : 1

  name                = "${var.name}-github"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
}

resource "azurerm_federated_identity_credential" "github" {
  count = var.github_repository == "" ? 0 : 1

  name                = "github-${var.environment}"
  resource_group_name = azurerm_resource_group.this.name
  parent_id           = azurerm_user_assigned_identity.github[0].id
  issuer              = "https://token.actions.githubusercontent.com"
  audience            = ["api://AzureADTokenExchange"]
  subject             = "repo:${var.github_repository}:environment:${var.environment}"
}

resource "azurerm_role_assignment" "github" {
  for_each = var.github_repository == "" ? {} : {
    "Azure Kubernetes Service RBAC Cluster Admin" = azurerm_kubernetes_cluster.this.id
    "AcrPush"                                     = azurerm_container_registry.this.id
    "Contributor"                                 = azurerm_resource_group.this.id
  }

  scope                = each.value
  role_definition_name = each.key
  principal_id         = azurerm_user_assigned_identity.github[0].principal_id
}
