# One network: the API and the load balancer can be reached from outside, nodes cannot and go out through a NAT gateway.

locals {
  cidr  = "10.20.0.0/16"
  api   = cidrsubnet(local.cidr, 12, 0) # 10.20.0.0/28
  nodes = cidrsubnet(local.cidr, 8, 1)  # 10.20.1.0/24
  edge  = cidrsubnet(local.cidr, 8, 2)  # 10.20.2.0/24
  tcp   = "6"
  icmp  = "1"
}

data "oci_core_services" "all" {
  filter {
    name   = "name"
    values = ["All .* Services In Oracle Services Network"]
    regex  = true
  }
}

resource "oci_core_vcn" "this" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
  cidr_blocks    = [local.cidr]
  dns_label      = replace(substr(var.name, 0, 15), "-", "")
}

resource "oci_core_internet_gateway" "this" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
  vcn_id         = oci_core_vcn.this.id
}

resource "oci_core_nat_gateway" "this" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
  vcn_id         = oci_core_vcn.this.id
}

# Registry, Vault and Logging, without the way through the internet.
resource "oci_core_service_gateway" "this" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
  vcn_id         = oci_core_vcn.this.id

  services {
    service_id = data.oci_core_services.all.services[0].id
  }
}

resource "oci_core_route_table" "public" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}-public"
  vcn_id         = oci_core_vcn.this.id

  route_rules {
    destination       = "0.0.0.0/0"
    network_entity_id = oci_core_internet_gateway.this.id
  }
}

resource "oci_core_route_table" "private" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}-private"
  vcn_id         = oci_core_vcn.this.id

  route_rules {
    destination       = "0.0.0.0/0"
    network_entity_id = oci_core_nat_gateway.this.id
  }

  route_rules {
    destination       = data.oci_core_services.all.services[0].cidr_block
    destination_type  = "SERVICE_CIDR_BLOCK"
    network_entity_id = oci_core_service_gateway.this.id
  }
}

resource "oci_core_security_list" "api" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}-api"
  vcn_id         = oci_core_vcn.this.id

  dynamic "ingress_security_rules" {
    for_each = toset(var.api_allowed_cidrs)
    content {
      description = "Whoever deploys"
      protocol    = local.tcp
      source      = ingress_security_rules.value
      tcp_options {
        min = 6443
        max = 6443
      }
    }
  }

  # 6443: the API, 12250: what nodes tell the control plane.
  dynamic "ingress_security_rules" {
    for_each = toset([6443, 12250])
    content {
      description = "Nodes"
      protocol    = local.tcp
      source      = local.nodes
      tcp_options {
        min = ingress_security_rules.value
        max = ingress_security_rules.value
      }
    }
  }

  ingress_security_rules {
    description = "Path discovery"
    protocol    = local.icmp
    source      = local.nodes
    icmp_options {
      type = 3
      code = 4
    }
  }

  egress_security_rules {
    description      = "Oracle's services"
    protocol         = local.tcp
    destination      = data.oci_core_services.all.services[0].cidr_block
    destination_type = "SERVICE_CIDR_BLOCK"
  }

  egress_security_rules {
    description = "Nodes"
    protocol    = "all"
    destination = local.nodes
  }
}

resource "oci_core_security_list" "nodes" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}-nodes"
  vcn_id         = oci_core_vcn.this.id

  ingress_security_rules {
    description = "Pods of the other node"
    protocol    = "all"
    source      = local.nodes
  }

  ingress_security_rules {
    description = "The control plane"
    protocol    = local.tcp
    source      = local.api
  }

  ingress_security_rules {
    description = "Path discovery"
    protocol    = local.icmp
    source      = "0.0.0.0/0"
    icmp_options {
      type = 3
      code = 4
    }
  }

  ingress_security_rules {
    description = "The load balancer"
    protocol    = local.tcp
    source      = local.edge
    tcp_options {
      min = var.node_port
      max = var.node_port
    }
  }

  egress_security_rules {
    description = "Images, the database, Kafka, mail, push; pods are held by their network policies"
    protocol    = "all"
    destination = "0.0.0.0/0"
  }
}

resource "oci_core_security_list" "edge" {
  compartment_id = var.compartment_ocid
  display_name   = "${var.name}-edge"
  vcn_id         = oci_core_vcn.this.id

  dynamic "ingress_security_rules" {
    for_each = toset(var.certificate_ocid == "" ? [80] : [80, 443])
    content {
      description = "Everybody"
      protocol    = local.tcp
      source      = "0.0.0.0/0"
      tcp_options {
        min = ingress_security_rules.value
        max = ingress_security_rules.value
      }
    }
  }

  egress_security_rules {
    description = "chat-api on the nodes"
    protocol    = local.tcp
    destination = local.nodes
    tcp_options {
      min = var.node_port
      max = var.node_port
    }
  }
}

resource "oci_core_subnet" "api" {
  compartment_id    = var.compartment_ocid
  display_name      = "${var.name}-api"
  vcn_id            = oci_core_vcn.this.id
  cidr_block        = local.api
  dns_label         = "api"
  route_table_id    = oci_core_route_table.public.id
  security_list_ids = [oci_core_security_list.api.id]
}

resource "oci_core_subnet" "nodes" {
  compartment_id             = var.compartment_ocid
  display_name               = "${var.name}-nodes"
  vcn_id                     = oci_core_vcn.this.id
  cidr_block                 = local.nodes
  dns_label                  = "nodes"
  route_table_id             = oci_core_route_table.private.id
  security_list_ids          = [oci_core_security_list.nodes.id]
  prohibit_public_ip_on_vnic = true
}

resource "oci_core_subnet" "edge" {
  compartment_id    = var.compartment_ocid
  display_name      = "${var.name}-edge"
  vcn_id            = oci_core_vcn.this.id
  cidr_block        = local.edge
  dns_label         = "edge"
  route_table_id    = oci_core_route_table.public.id
  security_list_ids = [oci_core_security_list.edge.id]
}
