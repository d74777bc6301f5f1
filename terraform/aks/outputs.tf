output "kubeconfig" {
  description = "For kubectl. Without a secret: it calls kubelogin, which asks for yours."
  # Azure calls it sensitive as a whole; the address and the authority are not.
  value = yamlencode({
    apiVersion      = "v1"
    kind            = "Config"
    current-context = "aks"
    clusters = [{
      name = "aks"
      cluster = {
        server                     = "https://${azurerm_kubernetes_cluster.this.fqdn}:443"
        certificate-authority-data = azurerm_kubernetes_cluster.this.kube_config[0].cluster_ca_certificate
      }
    }]
    contexts = [{ name = "aks", context = { cluster = "aks", user = "aks", namespace = "todo5" } }]
    users = [{
      name = "aks"
      user = {
        exec = {
          apiVersion         = "client.authentication.k8s.io/v1"
          interactiveMode    = "IfAvailable"
          command            = "kubelogin"
          provideClusterInfo = false
          # The application of AKS itself, the same everywhere.
          args = ["get-token", "--login", "azurecli", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"]
        }
      }
    }]
  })
  sensitive = true
}

output "endpoint" {
  description = "Where people reach todo5; what the name in DNS has to lead to."
  value       = "http://${azurerm_public_ip.edge.ip_address}"
}

output "image_repository" {
  description = "image.repository of the chart."
  value       = "${azurerm_container_registry.this.login_server}/todo5"
}

output "vault" {
  description = "What the SecretStore of External Secrets names."
  value = {
    vaultUrl = azurerm_key_vault.this.vault_uri
    tenantId = var.tenant_id
    clientId = azurerm_user_assigned_identity.secrets.client_id
  }
}

output "github_client_id" {
  description = "AZURE_CLIENT_ID of the workflows; null without github_repository."
  value       = one(azurerm_user_assigned_identity.github[*].client_id)
}

output "capacity" {
  description = "What the pool has."
  value = {
    nodes           = var.node_count
    node_size       = var.node_size
    boot_volumes_gb = var.node_count * var.node_disk_gb
  }
}
