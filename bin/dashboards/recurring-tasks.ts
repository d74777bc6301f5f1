import {dashboard} from './panels.ts'

const quantiles = (metric: string) =>
  [0.5, 0.95].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${metric}_bucket[$__rate_interval])))`,
    legend: `${quantile * 100} %`,
  }))

export const recurringTasks = dashboard({
  name: 'recurring-tasks',
  title: 'todo5: recurring tasks and reminders',
  description: 'What comes next for everybody, whether it is made in time, and whether reminders go out in time.',
  rows: [
    {
      title: 'Occurrences',
      panels: [
        {
          title: 'Made occurrences',
          description:
            'Next occurrences, by what made them. What the sweep makes was missed by its event: look at the lag.',
          unit: 'cps',
          queries: [{expr: 'sum by (by) (rate(recurring_tasks_created_total[$__rate_interval]))', legend: '{{by}}'}],
        },
        {
          title: 'What comes when',
          description:
            'Open occurrences of all series by the 24 hours from now in which they are due: -1 = overdue, 7 = after a week.',
          unit: 'short',
          kind: 'bars',
          queries: [{expr: 'max by (day) (open_occurrences)', legend: '{{day}}'}],
        },
        {
          title: 'Calculation of the next date',
          description:
            'One call of the recurrence engine, of 100 calls the 50th and the 95th. Above 10 ms a rule is odd.',
          unit: 's',
          queries: quantiles('next_occurrence_calculation_duration_seconds'),
        },
        {
          title: 'Series that stand still',
          description: 'Something should follow and nothing is open. More than 0: todo5 recurrence check.',
          unit: 'short',
          kind: 'stat',
          limit: 1,
          queries: [{expr: 'max(live_series_without_open_occurrence)'}],
        },
        {
          title: 'Dates that could not be computed',
          description: 'In the last hour. The log has rule and series.',
          unit: 'short',
          kind: 'stat',
          limit: 1,
          queries: [{expr: 'sum(increase(next_occurrence_failures_total[1h]))'}],
        },
        {
          title: 'Made by the sweep',
          description: 'In the last hour: occurrences that no event had made.',
          unit: 'short',
          kind: 'stat',
          limit: 1,
          queries: [{expr: 'sum(increase(successor_sweep_hits_total[1h]))'}],
        },
      ],
    },
    {
      title: 'Reminders',
      panels: [
        {
          title: 'Lateness',
          description:
            'From the time of a reminder to when it was sent: the darker, the more. What is not in the lowest rows came late: todo5 task history.',
          unit: 'short',
          kind: 'heatmap',
          width: 12,
          queries: [
            {expr: 'sum by (le) (increase(reminder_lateness_seconds_bucket[$__rate_interval]))', legend: '{{le}}'},
          ],
        },
        {
          title: 'Sent reminders',
          description: 'By channel and by what woke them. A sweep that sends much means that jobs do not come.',
          unit: 'cps',
          width: 12,
          queries: [
            {
              expr: 'sum by (channel, woken_by) (rate(reminders_sent_total[$__rate_interval]))',
              legend: '{{channel}}, {{woken_by}}',
            },
          ],
        },
        {
          title: 'Given up',
          description: 'Reminders that nobody got, by reason. Each is in the history of its task.',
          unit: 'cps',
          width: 12,
          queries: [
            {
              expr: 'sum by (channel, reason) (rate(reminders_failed_total[$__rate_interval]))',
              legend: '{{channel}}: {{reason}}',
            },
          ],
        },
        {
          title: 'Tried again',
          description: 'Tries that a mail server or a receiver refused, and that come again.',
          unit: 'cps',
          width: 12,
          queries: [
            {
              expr: 'sum by (channel, reason) (rate(reminder_retries_total[$__rate_interval]))',
              legend: '{{channel}}: {{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Outbox and requests',
      panels: [
        {
          title: 'Events in the outbox',
          description: 'Saved and not yet published. It empties within a second; when it grows: todo5 outbox status.',
          unit: 'short',
          queries: [{expr: 'max(outbox_pending)', legend: 'waiting'}],
        },
        {
          title: 'Oldest event in the outbox',
          description: 'Above 60 s an alert fires.',
          unit: 's',
          limit: 60,
          queries: [{expr: 'max(outbox_oldest_seconds)', legend: 'oldest'}],
        },
        {
          title: 'Published and refused',
          description: 'Events that the bus took, by topic, and those that it did not take and that are tried again.',
          unit: 'cps',
          queries: [
            {expr: 'sum by (topic) (rate(outbox_published_total[$__rate_interval]))', legend: '{{topic}}'},
            {
              expr: 'sum by (topic) (rate(outbox_publish_failures_total[$__rate_interval]))',
              legend: '{{topic}} refused',
            },
          ],
        },
        {
          title: 'Requests',
          description: 'By service and by the first digit of the answer.',
          unit: 'reqps',
          queries: [
            {
              expr: 'sum by (service, class) (label_replace(rate(http_request_duration_seconds_count[$__rate_interval]), "class", "${1}xx", "status", "(.).."))',
              legend: '{{service}} {{class}}',
            },
          ],
        },
        {
          title: 'Time to answer',
          description: 'Of 100 requests the 95th, by service. Completing a task may wait 5 s for its next occurrence.',
          unit: 's',
          queries: [
            {
              expr: 'histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket[$__rate_interval])))',
              legend: '{{service}}',
            },
          ],
        },
        {
          title: 'Waiting for the database',
          description: 'Work that waits for a connection, by service; above 0 for long the pool is too small.',
          unit: 'short',
          queries: [{expr: 'sum by (service) (database_connections{state="waiting"})', legend: '{{service}}'}],
        },
      ],
    },
  ],
})
