locals {
  # Names of the vault and the registry are of the whole world.
  unique = "${var.name}${var.environment}"
}

resource "azurerm_resource_group" "this" {
  name     = "${var.name}-${var.environment}"
  location = var.location
}

resource "azurerm_virtual_network" "this" {
  name                = var.name
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  address_space       = ["10.20.0.0/16"]
}

resource "azurerm_subnet" "nodes" {
  name                 = "nodes"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = ["10.20.1.0/24"]
}

# The address of todo5: loadBalancerIP of the chart's service, so that it stays when the cluster is made again.
resource "azurerm_public_ip" "edge" {
  name                = "${var.name}-edge"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  allocation_method   = "Static"
  sku                 = "Standard"
}

resource "azurerm_log_analytics_workspace" "this" {
  name                = var.name
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  sku                 = "PerGB2018"
  retention_in_days   = var.log_retention_days
  # GB a day: a pod that writes without end must not cost without end.
  daily_quota_gb = 1
}

resource "azurerm_user_assigned_identity" "cluster" {
  name                = "${var.name}-cluster"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
}

# What nodes are: they pull images.
resource "azurerm_user_assigned_identity" "nodes" {
  name                = "${var.name}-nodes"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
}

# To make nodes what they are.
resource "azurerm_role_assignment" "cluster_nodes" {
  scope                = azurerm_user_assigned_identity.nodes.id
  role_definition_name = "Managed Identity Operator"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
}

# To use the network and the address.
resource "azurerm_role_assignment" "cluster_network" {
  scope                = azurerm_resource_group.this.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
}

resource "azurerm_kubernetes_cluster" "this" {
  name                = var.name
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  dns_prefix          = local.unique
  kubernetes_version  = var.kubernetes_version
  # The control plane costs nothing, and nothing is promised of it.
  sku_tier                  = "Free"
  oidc_issuer_enabled       = true
  workload_identity_enabled = true
  # Without accounts of its own the cluster has no password, and so has the state.
  local_account_disabled            = true
  role_based_access_control_enabled = true
  node_os_upgrade_channel           = "NodeImage"

  default_node_pool {
    name            = "main"
    node_count      = var.node_count
    vm_size         = var.node_size
    os_disk_size_gb = var.node_disk_gb
    vnet_subnet_id  = azurerm_subnet.nodes.id

    upgrade_settings {
      max_surge = "1"
    }
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.cluster.id]
  }

  kubelet_identity {
    user_assigned_identity_id = azurerm_user_assigned_identity.nodes.id
    client_id                 = azurerm_user_assigned_identity.nodes.client_id
    object_id                 = azurerm_user_assigned_identity.nodes.principal_id
  }

  azure_active_directory_role_based_access_control {
    tenant_id              = var.tenant_id
    admin_group_object_ids = var.admin_group_ids
    azure_rbac_enabled     = true
  }

  api_server_access_profile {
    authorized_ip_ranges = var.api_allowed_cidrs
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    # Enforces the policies of the chart.
    network_data_plane = "cilium"
    network_policy     = "cilium"
    load_balancer_sku  = "standard"
  }

  oms_agent {
    log_analytics_workspace_id      = azurerm_log_analytics_workspace.this.id
    msi_auth_for_monitoring_enabled = true
  }

  depends_on = [azurerm_role_assignment.cluster_network, azurerm_role_assignment.cluster_nodes]
}

resource "azurerm_container_registry" "this" {
  name                = local.unique
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  sku                 = "Basic"
  # Its password would be in the state.
  admin_enabled = false
}

resource "azurerm_role_assignment" "pull" {
  scope                            = azurerm_container_registry.this.id
  role_definition_name             = "AcrPull"
  principal_id                     = azurerm_user_assigned_identity.nodes.principal_id
  skip_service_principal_aad_check = true
}
