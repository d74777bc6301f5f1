# Made here and not by Kubernetes, so that there is one, of 10 Mbps, whatever is installed. It leads to the node port of chat-api.

resource "oci_load_balancer_load_balancer" "this" {
  compartment_id = var.compartment_ocid
  display_name   = var.name
  shape          = "flexible"
  subnet_ids     = [oci_core_subnet.edge.id]

  shape_details {
    minimum_bandwidth_in_mbps = var.load_balancer_mbps
    maximum_bandwidth_in_mbps = var.load_balancer_mbps
  }
}

resource "oci_load_balancer_backend_set" "chat_api" {
  load_balancer_id = oci_load_balancer_load_balancer.this.id
  name             = "chat-api"
  policy           = "LEAST_CONNECTIONS"

  # A node port without a pod that is ready refuses connections.
  health_checker {
    protocol          = "TCP"
    port              = var.node_port
    interval_ms       = 10000
    timeout_in_millis = 3000
    retries           = 3
  }
}

# A node that was replaced is known after the next apply; until then the other one answers.
resource "oci_load_balancer_backend" "node" {
  count = var.node_count

  load_balancer_id = oci_load_balancer_load_balancer.this.id
  backendset_name  = oci_load_balancer_backend_set.chat_api.name
  ip_address       = oci_containerengine_node_pool.this.nodes[count.index].private_ip
  port             = var.node_port
}

resource "oci_load_balancer_rule_set" "to_https" {
  count = var.certificate_ocid == "" ? 0 : 1

  load_balancer_id = oci_load_balancer_load_balancer.this.id
  name             = "to_https"

  items {
    action        = "REDIRECT"
    response_code = 301

    conditions {
      attribute_name  = "PATH"
      attribute_value = "/"
      operator        = "FORCE_LONGEST_PREFIX_MATCH"
    }

    redirect_uri {
      protocol = "HTTPS"
      port     = 443
      host     = "{host}"
      path     = "{path}"
      query    = "?{query}"
    }
  }
}

resource "oci_load_balancer_listener" "http" {
  load_balancer_id         = oci_load_balancer_load_balancer.this.id
  name                     = "http"
  default_backend_set_name = oci_load_balancer_backend_set.chat_api.name
  port                     = 80
  protocol                 = "HTTP"
  rule_set_names           = oci_load_balancer_rule_set.to_https[*].name

  # Live updates are answers without end; todo5 says something in them every 15 s.
  connection_configuration {
    idle_timeout_in_seconds = 300
  }
}

resource "oci_load_balancer_listener" "https" {
  count = var.certificate_ocid == "" ? 0 : 1

  load_balancer_id         = oci_load_balancer_load_balancer.this.id
  name                     = "https"
  default_backend_set_name = oci_load_balancer_backend_set.chat_api.name
  port                     = 443
  protocol                 = "HTTP"

  ssl_configuration {
    certificate_ids         = [var.certificate_ocid]
    protocols               = ["TLSv1.2", "TLSv1.3"]
    verify_peer_certificate = false
  }

  connection_configuration {
    idle_timeout_in_seconds = 300
  }
}
