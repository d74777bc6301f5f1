variable "tenancy_ocid" {
  description = "The tenancy; dynamic groups live in it."
  type        = string

  validation {
    condition     = startswith(var.tenancy_ocid, "ocid1.tenancy.")
    error_message = "tenancy_ocid begins with ocid1.tenancy."
  }
}

variable "compartment_ocid" {
  description = "Where everything else is made: a compartment, or the tenancy itself."
  type        = string

  validation {
    condition     = can(regex("^ocid1\\.(compartment|tenancy)\\.", var.compartment_ocid))
    error_message = "compartment_ocid begins with ocid1.compartment. or ocid1.tenancy."
  }
}

variable "region" {
  description = "The home region of the tenancy: always-free compute exists nowhere else."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.region))
    error_message = "region is written like eu-frankfurt-1."
  }
}

variable "environment" {
  description = "staging or production; both together do not fit into always free."
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
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.name))
    error_message = "name has 2 to 21 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "free_tier" {
  description = "Refuse what is more than always free."
  type        = bool
  default     = true
}

variable "always_free" {
  description = "Arm cores and GB of memory that cost nothing. Read what your account has: since June 2026 Oracle is said to give new ones less (docs/cloud.md)."
  type        = object({ cores = number, memory_gbs = number })
  default     = { cores = 4, memory_gbs = 24 }

  validation {
    condition     = var.always_free.cores <= 4 && var.always_free.memory_gbs <= 24
    error_message = "Nowhere are more than 4 cores and 24 GB free."
  }
}

variable "kubernetes_version" {
  description = "Such as v1.35.2; what OKE offers: oci ce cluster-options get --cluster-option-id all."
  type        = string

  validation {
    condition     = can(regex("^v1\\.[0-9]{2}\\.[0-9]{1,2}$", var.kubernetes_version))
    error_message = "kubernetes_version is written like v1.35.2."
  }

  validation {
    condition     = try(tonumber(split(".", var.kubernetes_version)[1]) >= 30, false)
    error_message = "todo5 needs Kubernetes 1.30 or newer: its sidecars are native ones."
  }
}

variable "cluster_type" {
  description = "BASIC_CLUSTER costs nothing; ENHANCED_CLUSTER costs by the hour, and knows workload identity."
  type        = string
  default     = "BASIC_CLUSTER"

  validation {
    condition     = contains(["BASIC_CLUSTER", "ENHANCED_CLUSTER"], var.cluster_type)
    error_message = "cluster_type is BASIC_CLUSTER or ENHANCED_CLUSTER."
  }

  validation {
    condition     = !var.free_tier || var.cluster_type == "BASIC_CLUSTER"
    error_message = "An enhanced cluster is not free."
  }
}

variable "node_count" {
  description = "Nodes of the one pool."
  type        = number
  default     = 2

  validation {
    condition     = var.node_count >= 1 && var.node_count <= 10 && floor(var.node_count) == var.node_count
    error_message = "node_count is a whole number from 1 to 10."
  }
}

variable "node_ocpus" {
  description = "Cores of each node; an OCPU of A1 is one core."
  type        = number
  default     = 2

  validation {
    condition     = var.node_ocpus >= 1
    error_message = "A node has at least one core."
  }

  validation {
    condition     = !var.free_tier || var.node_count * var.node_ocpus <= var.always_free.cores
    error_message = "Always free are ${var.always_free.cores} cores of A1 in all nodes together, and these nodes have ${var.node_count * var.node_ocpus}."
  }
}

variable "node_memory_gbs" {
  description = "Memory of each node, GB."
  type        = number
  default     = 12

  validation {
    condition     = var.node_memory_gbs >= 4 && var.node_memory_gbs <= var.node_ocpus * 64
    error_message = "A node has 4 GB at least, and at most 64 for each core."
  }

  validation {
    condition     = !var.free_tier || var.node_count * var.node_memory_gbs <= var.always_free.memory_gbs
    error_message = "Always free are ${var.always_free.memory_gbs} GB of memory in all nodes together, and these nodes have ${var.node_count * var.node_memory_gbs}."
  }
}

variable "boot_volume_gbs" {
  description = "Boot volume of each node, GB; block storage in all is 200 GB free."
  type        = number
  default     = 50

  validation {
    condition     = var.boot_volume_gbs >= 50
    error_message = "Oracle makes no boot volume smaller than 50 GB."
  }

  validation {
    condition     = !var.free_tier || var.node_count * var.boot_volume_gbs <= 200
    error_message = "Always free are 200 GB of block storage, boot volumes among them."
  }
}

variable "load_balancer_mbps" {
  description = "Bandwidth of the load balancer, least and most."
  type        = number
  default     = 10

  validation {
    condition     = var.load_balancer_mbps >= 10 && var.load_balancer_mbps <= 8000
    error_message = "A flexible load balancer has 10 to 8000 Mbps."
  }

  validation {
    condition     = !var.free_tier || var.load_balancer_mbps == 10
    error_message = "Always free is one load balancer of 10 Mbps."
  }
}

variable "certificate_ocid" {
  description = "A certificate of OCI's Certificates service, with which the load balancer ends TLS; empty: plain HTTP, for a first look only."
  type        = string
  default     = ""

  validation {
    condition     = var.certificate_ocid == "" || startswith(var.certificate_ocid, "ocid1.certificate.")
    error_message = "certificate_ocid begins with ocid1.certificate."
  }
}

variable "node_port" {
  description = "Where chat-api listens on each node: exposure.nodePort of the chart."
  type        = number
  default     = 30636

  validation {
    condition     = var.node_port >= 30000 && var.node_port <= 32767
    error_message = "Kubernetes gives node ports from 30000 to 32767."
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

variable "log_retention_days" {
  description = "How long Logging keeps what the pods say: 30 to 180 days, in steps of 30."
  type        = number
  default     = 30

  validation {
    condition     = contains([30, 60, 90, 120, 150, 180], var.log_retention_days)
    error_message = "Logging keeps 30, 60, 90, 120, 150 or 180 days."
  }
}
