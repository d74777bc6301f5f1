variable "subscription_id" {
  description = "The subscription that pays."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.subscription_id))
    error_message = "subscription_id is a GUID: az account show --query id"
  }
}

variable "tenant_id" {
  description = "The Entra tenant, which says who may do what."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.tenant_id))
    error_message = "tenant_id is a GUID: az account show --query tenantId"
  }
}

variable "location" {
  description = "Such as westeurope; not every one has Arm nodes."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+[a-z0-9]*$", var.location))
    error_message = "location is written like westeurope."
  }
}

variable "environment" {
  description = "staging or production."
  type        = string
  default     = "production"

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment is staging or production."
  }
}

variable "name" {
  description = "What everything is called. With the environment it has to be unique in the world, for the vault and the registry."
  type        = string
  default     = "todo5"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.name))
    error_message = "name has 2 to 12 lower-case letters and digits, and begins with a letter."
  }
}

variable "kubernetes_version" {
  description = "Such as 1.35; what there is: az aks get-versions."
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]{2}(\\.[0-9]{1,2})?$", var.kubernetes_version))
    error_message = "kubernetes_version is written like 1.35 or 1.35.2."
  }

  validation {
    condition     = try(tonumber(split(".", var.kubernetes_version)[1]) >= 30, false)
    error_message = "todo5 needs Kubernetes 1.30 or newer: its sidecars are native ones."
  }
}

variable "node_count" {
  description = "Nodes of the one pool."
  type        = number
  default     = 3

  validation {
    condition     = var.node_count >= 1 && var.node_count <= 10 && floor(var.node_count) == var.node_count
    error_message = "node_count is a whole number from 1 to 10."
  }
}

variable "node_size" {
  description = "Arm, 2 cores and 8 GB by default; the image of todo5 has to be for its processor."
  type        = string
  default     = "Standard_B2ps_v2"

  validation {
    condition     = startswith(var.node_size, "Standard_")
    error_message = "node_size is written like Standard_B2ps_v2."
  }
}

variable "node_disk_gb" {
  description = "Disk of each node, GB."
  type        = number
  default     = 64

  validation {
    condition     = var.node_disk_gb >= 30 && var.node_disk_gb <= 2048
    error_message = "A node has a disk of 30 to 2048 GB."
  }
}

variable "admin_group_ids" {
  description = "Groups of Entra whose members administer the cluster; there are no other accounts."
  type        = list(string)

  validation {
    condition     = length(var.admin_group_ids) > 0
    error_message = "Without a group nobody could use the cluster."
  }
}

variable "api_allowed_cidrs" {
  description = "From where Kubernetes' API may be asked. Narrow it to those who deploy, where they have addresses of their own."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.api_allowed_cidrs) > 0 && alltrue([for cidr in var.api_allowed_cidrs : can(cidrhost(cidr, 0))])
    error_message = "api_allowed_cidrs is a list of networks such as 198.51.100.0/24."
  }
}

variable "github_repository" {
  description = "OWNER/NAME whose GitHub Actions may deploy, without a password; empty: none."
  type        = string
  default     = ""

  validation {
    condition     = var.github_repository == "" || can(regex("^[\\w.-]+/[\\w.-]+$", var.github_repository))
    error_message = "github_repository is written OWNER/NAME."
  }
}

variable "log_retention_days" {
  description = "How long Log Analytics keeps what the pods say; 30 days are in the price."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days >= 30 && var.log_retention_days <= 730
    error_message = "Log Analytics keeps 30 to 730 days."
  }
}
