import {dashboard} from './panels.ts'

const quantile = (metric: string, by: string): string =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${metric}_bucket[$__rate_interval])))`

/** Dapr counts without `_total` unless the name has it, and its latencies are milliseconds. */
export const dapr = dashboard({
  name: 'dapr',
  title: 'todo5: Dapr',
  description: 'Sidecars and scheduler: components, calls between services, events, jobs.',
  rows: [
    {
      title: 'Components',
      panels: [
        {
          title: 'Loaded components',
          description: 'By sidecar. One that has fewer than before does not come up: todo5 dapr lint.',
          unit: 'short',
          kind: 'bars',
          queries: [{expr: 'sum by (app_id) (dapr_runtime_component_loaded)', legend: '{{app_id}}'}],
        },
        {
          title: 'Components that did not start',
          description: 'Since the sidecar runs; any is one too many. An alert fires.',
          unit: 'short',
          limit: 1,
          queries: [
            {
              expr: 'sum by (app_id) (dapr_runtime_component_init_fail_total) or sum by (app_id) (dapr_runtime_component_init_total) * 0',
              legend: '{{app_id}}',
            },
          ],
        },
        {
          title: 'Certificate lasts',
          description: 'The authority that signs those of the sidecars. With less than 14 days an alert fires.',
          unit: 's',
          kind: 'stat',
          width: 4,
          queries: [{expr: 'min(dapr_sentry_issuercert_expiry_timestamp) - time()'}],
        },
        {
          title: 'Streams of jobs',
          description:
            'Streams from sidecars to the scheduler, which jobs come by. 0: no reminder comes in time; see the log of the scheduler.',
          unit: 'short',
          kind: 'stat',
          width: 4,
          queries: [{expr: 'sum(dapr_scheduler_sidecars_connected)'}],
        },
      ],
    },
    {
      title: 'Calls between services',
      panels: [
        {
          title: 'Calls',
          description: 'Requests of the edge to other services, by caller and called.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (app_id, dst_app_id) (rate(dapr_runtime_service_invocation_req_sent_total[$__rate_interval]))',
              legend: '{{app_id}} → {{dst_app_id}}',
            },
          ],
        },
        {
          title: 'Calls that succeed',
          description: 'Of all answers those below 500. Below 1 for long: see the log of the called service.',
          unit: 'percentunit',
          queries: [
            {
              expr: 'sum by (src_app_id) (rate(dapr_runtime_service_invocation_res_recv_total{status!~"5.."}[$__rate_interval])) / sum by (src_app_id) (rate(dapr_runtime_service_invocation_res_recv_total[$__rate_interval]))',
              legend: '{{src_app_id}}',
            },
          ],
        },
        {
          title: 'Time of a call',
          description: 'Of 100 calls the 95th, from sidecar to answer.',
          unit: 'ms',
          queries: [
            {
              expr: quantile('dapr_runtime_service_invocation_res_recv_latency_ms', 'src_app_id'),
              legend: '{{src_app_id}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Events',
      panels: [
        {
          title: 'Published',
          description: 'By topic, and whether the broker took it.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (topic, success) (rate(dapr_component_pubsub_egress_bulk_count[$__rate_interval]))',
              legend: '{{topic}} {{success}}',
            },
          ],
        },
        {
          title: 'Delivered',
          description: 'To services, by what became of it. Deliveries that are repeated count again.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (app_id, process_status) (rate(dapr_component_pubsub_ingress_bulk_event_count[$__rate_interval]))',
              legend: '{{app_id}} {{process_status}}',
            },
          ],
        },
        {
          title: 'Time of a delivery',
          description: 'Of 100 deliveries the 95th: what a service takes for a batch of events.',
          unit: 'ms',
          queries: [{expr: quantile('dapr_component_pubsub_ingress_bulk_latencies', 'app_id'), legend: '{{app_id}}'}],
        },
      ],
    },
    {
      title: 'Jobs',
      panels: [
        {
          title: 'Jobs of the scheduler',
          description: 'Made and triggered. A job may wait for an hour until its time.',
          unit: 'cps',
          queries: [
            {expr: 'sum(rate(dapr_scheduler_jobs_created_total[$__rate_interval]))', legend: 'made'},
            {expr: 'sum(rate(dapr_scheduler_jobs_triggered_total[$__rate_interval]))', legend: 'triggered'},
          ],
        },
        {
          title: 'Jobs that ran',
          description: 'As the sidecar of the Notification Service counts them.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (app_id) (rate(dapr_component_job_success_count[$__rate_interval]))',
              legend: '{{app_id}}',
            },
          ],
        },
        {
          title: 'Time of a job',
          description: 'Of 100 jobs the 95th; it holds the mail that is sent.',
          unit: 'ms',
          queries: [{expr: quantile('dapr_component_job_latencies', 'app_id'), legend: '{{app_id}}'}],
        },
      ],
    },
    {
      title: 'Memory and CPU',
      panels: [
        {
          title: 'Memory of the sidecars',
          description: 'Resident. Some 80 MB each; what grows for days is a leak.',
          unit: 'bytes',
          width: 12,
          queries: [{expr: 'process_resident_memory_bytes{job=~"daprd-.*|.*dapr.*"}', legend: '{{job}}'}],
        },
        {
          title: 'CPU of the sidecars',
          description:
            '100 % is one core. Some 2 % each at rest; what stays above 50 % needs a larger limit or more pods.',
          unit: 'percentunit',
          width: 12,
          queries: [
            {expr: 'rate(process_cpu_seconds_total{job=~"daprd-.*|.*dapr.*"}[$__rate_interval])', legend: '{{job}}'},
          ],
        },
      ],
    },
  ],
})
