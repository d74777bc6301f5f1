import {dashboard} from './panels.ts'

const lag = 'kafka_consumergroup_lag'

/** By the names of kafka_exporter, which `todo5 consumer list --listen` and the host target use, too. */
export const kafka = dashboard({
  name: 'kafka',
  title: 'todo5: Kafka',
  description: 'Who reads what, how far behind, and how events are spread over partitions.',
  variables: [{name: 'topic', label: 'Topic', metric: 'kafka_topic_partitions', by: 'topic', value: 'task-events'}],
  rows: [
    {
      title: 'Consumers',
      panels: [
        {
          title: 'Lag in seconds',
          description:
            'Age of the oldest event that a consumer has not acknowledged; an estimate from lag and rate where only kafka_exporter looks. Above 60 s an alert fires: todo5 consumer show.',
          unit: 's',
          limit: 60,
          queries: [{expr: 'todo5:consumergroup_lag_seconds', legend: '{{consumergroup}} · {{topic}}'}],
        },
        {
          title: 'Lag in events',
          description: 'Events that wait for a consumer, all partitions together. A peak that falls again is a batch.',
          unit: 'short',
          queries: [{expr: `sum by (consumergroup, topic) (${lag})`, legend: '{{consumergroup}} · {{topic}}'}],
        },
        {
          title: 'Members',
          description: 'Processes that read as one consumer. 0 = it is stopped; more than 12 find no partition.',
          unit: 'short',
          queries: [{expr: 'kafka_consumergroup_members', legend: '{{consumergroup}}'}],
        },
        {
          title: 'Acknowledged events',
          description: 'How fast consumers go on. Below what is written, lag grows.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (consumergroup, topic) (rate(kafka_consumergroup_current_offset[$__rate_interval]))',
              legend: '{{consumergroup}} · {{topic}}',
            },
          ],
        },
        {
          title: 'From the change to its effect',
          description:
            'From the time in an event to the commit of what a consumer did with it: half of them, and 95 of 100.',
          unit: 's',
          queries: [0.5, 0.95].map((quantile) => ({
            expr: `histogram_quantile(${quantile}, sum by (le, consumer) (rate(event_end_to_end_seconds_bucket[$__rate_interval])))`,
            legend: `{{consumer}} ${quantile * 100} %`,
          })),
        },
        {
          title: 'Again, doubled, given up',
          description:
            'Events that failed and come again, events that had been handled before (harmless), and dead letters. Of the last any is one too many: todo5 dlq list.',
          unit: 'cps',
          queries: [
            {expr: 'sum by (service) (rate(consumer_failures_total[$__rate_interval]))', legend: '{{service}} again'},
            {
              expr: 'sum by (service) (rate(consumer_duplicates_suppressed_total[$__rate_interval]))',
              legend: '{{service}} doubled',
            },
            {
              expr: 'sum by (service) (rate(consumer_dead_letters_total[$__rate_interval]))',
              legend: '{{service}} dead letters',
            },
          ],
        },
      ],
    },
    {
      title: 'Topics',
      panels: [
        {
          title: 'Written events',
          description: 'New events of each topic that somebody reads.',
          unit: 'cps',
          queries: [
            {
              expr: 'sum by (topic) (rate(kafka_topic_partition_current_offset[$__rate_interval]))',
              legend: '{{topic}}',
            },
          ],
        },
        {
          title: 'Offsets',
          description: 'All events that were ever written to a topic, all partitions together.',
          unit: 'short',
          queries: [{expr: 'sum by (topic) (kafka_topic_partition_current_offset)', legend: '{{topic}}'}],
        },
        {
          title: 'Kept events',
          description: 'What lies in a topic until its retention takes it away.',
          unit: 'short',
          queries: [
            {
              expr: 'sum by (topic) (kafka_topic_partition_current_offset - kafka_topic_partition_oldest_offset)',
              legend: '{{topic}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Partitions of $topic',
      panels: [
        {
          title: 'Events by partition',
          description:
            'How events are spread. The key is the user: with few users, or one that changes much, partitions differ.',
          unit: 'short',
          kind: 'bars',
          queries: [
            {
              expr: 'sum by (partition) (kafka_topic_partition_current_offset{topic="$topic"} - kafka_topic_partition_oldest_offset{topic="$topic"})',
              legend: '{{partition}}',
            },
          ],
        },
        {
          title: 'Lag by partition',
          description:
            'Of the consumer that is furthest behind. One that stands while others move: an event there is tried again and again, see its log.',
          unit: 'short',
          queries: [{expr: `max by (partition) (${lag}{topic="$topic"})`, legend: '{{partition}}'}],
        },
        {
          title: 'Brokers',
          description: 'Brokers that are there.',
          unit: 'short',
          kind: 'stat',
          width: 4,
          queries: [{expr: 'kafka_brokers'}],
        },
        {
          title: 'Copies behind',
          description:
            'Partitions of which a copy lacks something. More than 0 for long: a broker is away or too slow.',
          unit: 'short',
          kind: 'stat',
          width: 4,
          limit: 1,
          queries: [{expr: 'sum(kafka_topic_partition_under_replicated_partition)'}],
        },
      ],
    },
  ],
})
