variable "project" {
  description = "The project that pays, with the APIs of Kubernetes Engine, Secret Manager, Artifact Registry and Logging on."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project is the id of a project, 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "Such as europe-west4."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]$", var.region))
    error_message = "region is written like europe-west4."
  }
}

variable "zone" {
  description = "Where the cluster is: of one zonal cluster the control plane is in Google's free tier. Such as europe-west4-a."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]-[a-z]$", var.zone))
    error_message = "zone is written like europe-west4-a."
  }

  validation {
    condition     = startswith(var.zone, var.region)
    error_message = "zone is one of region."
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
  description = "What everything is called."
  type        = string
  default     = "todo5"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,11}$", var.name))
    error_message = "name has 2 to 12 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "release_channel" {
  description = "Whose Kubernetes the cluster follows."
  type        = string
  default     = "REGULAR"

  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE"], var.release_channel)
    error_message = "release_channel is RAPID, REGULAR or STABLE."
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

variable "machine_type" {
  description = "2 cores and 8 GB by default; t2a-standard-2 is Arm, where there is some. The image of todo5 has to be for its processor."
  type        = string
  default     = "e2-standard-2"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+-[a-z0-9-]+$", var.machine_type))
    error_message = "machine_type is written like e2-standard-2."
  }
}

variable "node_disk_gb" {
  description = "Disk of each node, GB."
  type        = number
  default     = 50

  validation {
    condition     = var.node_disk_gb >= 20 && var.node_disk_gb <= 2048
    error_message = "A node has a disk of 20 to 2048 GB."
  }
}

variable "secrets" {
  description = "Names of the secrets that External Secrets may read; their values come by `todo5 secret set`."
  type        = set(string)
  default = [
    "task-service", "recurring-task-service", "notification-service", "audit-service", "chat-api",
    "migrate", "statestore-postgresql", "kafka",
  ]

  validation {
    condition     = length(var.secrets) > 0 && alltrue([for name in var.secrets : can(regex("^[a-zA-Z0-9_-]{1,200}$", name))])
    error_message = "secrets is a set of names of letters, digits, hyphens and underscores."
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
  description = "OWNER/NAME whose GitHub Actions may deploy, without a key; empty: none."
  type        = string
  default     = ""

  validation {
    condition     = var.github_repository == "" || can(regex("^[\\w.-]+/[\\w.-]+$", var.github_repository))
    error_message = "github_repository is written OWNER/NAME."
  }
}

variable "log_retention_days" {
  description = "How long Cloud Logging keeps what the pods say; 30 days are in the price."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days >= 1 && var.log_retention_days <= 3650
    error_message = "Cloud Logging keeps 1 to 3650 days."
  }
}

variable "deletion_protection" {
  description = "Terraform refuses to destroy the cluster; set to false, and apply, before `todo5 destroy gke`."
  type        = bool
  default     = true
}
