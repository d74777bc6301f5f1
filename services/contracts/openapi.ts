import type {z} from 'zod'
import {accessTokenResponse, createAccessTokenRequest} from './access-token.ts'
import {profileResponse, updateProfileRequest} from './account.ts'
import {deleteAccountRequest, deletedAccountResponse, signInLinkResponse} from './account-end.ts'
import {auditEntryResponse, auditListResponse} from './audit.ts'
import {batchRequest, batchResponse} from './batch.ts'
import {calendarLink, calendarLinkState, calendarText} from './calendar.ts'
import {exportResponse} from './export.ts'
import {type JsonSchema, componentSchemas, requestSchema} from './json-schema.ts'
import {seriesResponse, taskHistoryResponse, taskRemindersResponse} from './history.ts'
import {liveStream, liveTaskMessage} from './live.ts'
import {mailResponse, mailSummary, mailboxListResponse} from './mailbox.ts'
import type {Operation} from './openapi-operation.ts'
import {OPERATIONS} from './openapi-operations.ts'
import {operatorStatusResponse} from './operator-status.ts'
import {problemResponse} from './problem.ts'
import {newPushDeviceRequest, pushDevice, pushDeviceList, pushKey} from './push-devices.ts'
import {recurrenceCheckResponse} from './recurrence-check.ts'
import {channelTest, reminderDetails, reminderListResponse, retriedReminder, testChannelRequest} from './reminders.ts'
import {skipTaskRequest, skipTaskResponse} from './skip-task.ts'
import {snoozeTaskRequest} from './snooze-task.ts'
import {
  MAX_WAIT_SECONDS,
  completeTaskRequest,
  completeTaskResponse,
  createTaskRequest,
  reminderInput,
  reminderResponse,
  taskListResponse,
  taskResponse,
  updateTaskRequest,
} from './tasks.ts'
import {undoListResponse, undoRequest, undoResponse} from './undo.ts'
import {newWebhook, newWebhookRequest, webhookState, webhookTest} from './webhook.ts'

const REQUESTS = {
  CreateTask: createTaskRequest,
  UpdateTask: updateTaskRequest,
  ReminderInput: reminderInput,
  SnoozeTask: snoozeTaskRequest,
  CompleteTask: completeTaskRequest,
  SkipTask: skipTaskRequest,
  Undo: undoRequest,
  Batch: batchRequest,
  UpdateProfile: updateProfileRequest,
  DeleteAccount: deleteAccountRequest,
  NewWebhook: newWebhookRequest,
  TestChannel: testChannelRequest,
  NewPushDevice: newPushDeviceRequest,
  NewAccessToken: createAccessTokenRequest,
}

const RESPONSES = {
  Task: taskResponse,
  Reminder: reminderResponse,
  TaskList: taskListResponse,
  CompletedTask: completeTaskResponse,
  SkippedTask: skipTaskResponse,
  BatchResults: batchResponse,
  ChangeList: undoListResponse,
  UndoneChange: undoResponse,
  Series: seriesResponse,
  TaskReminders: taskRemindersResponse,
  TaskHistory: taskHistoryResponse,
  ReminderDetails: reminderDetails,
  ReminderList: reminderListResponse,
  RetriedReminder: retriedReminder,
  ChannelTest: channelTest,
  AuditEntry: auditEntryResponse,
  AuditList: auditListResponse,
  LiveStream: liveStream,
  LiveTaskMessage: liveTaskMessage,
  Profile: profileResponse,
  Export: exportResponse,
  DeletedAccount: deletedAccountResponse,
  SignInLink: signInLinkResponse,
  AccessToken: accessTokenResponse,
  Calendar: calendarText,
  CalendarLinkState: calendarLinkState,
  CalendarLink: calendarLink,
  Webhook: webhookState,
  MadeWebhook: newWebhook,
  WebhookTest: webhookTest,
  PushKey: pushKey,
  PushDevice: pushDevice,
  PushDeviceList: pushDeviceList,
  RecurrenceCheck: recurrenceCheckResponse,
  OperatorStatus: operatorStatusResponse,
  MailSummary: mailSummary,
  MailboxList: mailboxListResponse,
  Mail: mailResponse,
  Problem: problemResponse,
}

const WHY: Readonly<Record<number, string>> = {
  400: 'The request cannot be read: no JSON, or a malformed header',
  401: 'No valid API key and no session',
  403: 'Not allowed: for operators only, or a change with a cookie from a foreign page',
  404: 'It does not exist, or belongs to somebody else',
  409: 'The present state does not allow it',
  412: 'It was changed meanwhile; `current` has it as it is now',
  413: 'The body has more than 256 KiB',
  415: 'The body is not JSON',
  422: 'Wrong values; `errors` lists all of them',
  429: 'Too many requests from this address, or too many streams of yours; see Retry-After',
  503: 'A part of todo5 is away; see Retry-After. Nothing was changed, unless the problem says otherwise',
}

/** Every operation can answer these. A 500 is in no document: it is a bug. */
const ALWAYS = [401, 429, 503]
const WITH_RETRY_AFTER = new Set([429, 503])

const headerParameter = (name: string, description: string, schema: JsonSchema) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
})

const PARAMETERS = {
  Id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'Anything but the number of something of yours is not found.',
    schema: {type: 'string', pattern: '^[1-9][0-9]{0,15}$', examples: ['42']},
  },
  IfMatch: headerParameter('If-Match', 'Only when the task still has this version; its ETag.', {
    type: 'string',
    pattern: '^(W/)?"?[1-9][0-9]{0,9}"?$|^\\*$',
    examples: ['"3"'],
  }),
  IdempotencyKey: headerParameter(
    'Idempotency-Key',
    'Repeats with the same key and body get the first answer; kept 14 days. Without one the answer names the key that was used.',
    {type: 'string', pattern: '^[!-~]{1,255}$'},
  ),
  PreferWait: headerParameter('Prefer', `wait=N: wait for the next occurrence, at most ${MAX_WAIT_SECONDS} s.`, {
    type: 'string',
    examples: ['wait=5'],
  }),
}

const HEADERS = {
  ETag: {description: 'The version of the task, for If-Match.', schema: {type: 'string'}},
  Location: {description: 'Where the new one is.', schema: {type: 'string'}},
  RetryAfter: {description: 'Seconds to wait.', schema: {type: 'integer', minimum: 1}},
  RequestId: {description: 'Names the request in the logs.', schema: {type: 'string'}},
}

const ref = (kind: string, name: string) => ({$ref: `#/components/${kind}/${name}`})

/** The OpenAPI 3.1 document of /api/v1, written from the same schemas that validate requests. */
export function buildOpenApi(version: string): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of OPERATIONS) (paths[operation.path] ??= {})[operation.method] = describe(operation)
  return {
    openapi: '3.1.1',
    info: {
      title: 'todo5',
      version,
      summary: 'Tasks that repeat and remind.',
      description:
        'Instants are ISO 8601 in UTC. Errors are problem+json (RFC 9457) with a stable `code`. Within v1 fields are only added: ignore those that you do not know.',
      license: {name: 'MIT', identifier: 'MIT'},
    },
    servers: [{url: '/api/v1'}],
    security: [{apiKey: []}, {bearer: []}, {session: []}],
    tags: ['tasks', 'reminders', 'undo', 'live', 'audit', 'profile', 'account', 'calendar', 'mailbox'].map((name) => ({
      name,
    })),
    paths,
    components: {
      schemas: {...componentSchemas(REQUESTS, 'request'), ...componentSchemas(RESPONSES, 'response')},
      parameters: PARAMETERS,
      headers: HEADERS,
      responses: Object.fromEntries(
        Object.keys(WHY).map((status) => [`Error${status}`, errorResponse(Number(status))]),
      ),
      securitySchemes: {
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: 'Made by `todo5 up`, or under /api/auth/api-key.',
        },
        bearer: {type: 'http', scheme: 'bearer', description: 'An API key, or the token of a session.'},
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'todo5.session_token',
          description: 'Of a signed-in browser; changes need a trusted Origin.',
        },
      },
    },
  }
}

function describe(operation: Operation): JsonSchema {
  const {success, body, query, headers = []} = operation
  const parameters = [
    ...(operation.path.includes('{id}') ? [ref('parameters', 'Id')] : []),
    ...(query ? queryParameters(query) : []),
    ...headers.map((name) => ref('parameters', name)),
  ]
  const statuses = [...new Set([...ALWAYS, ...operation.errors])].sort((a, b) => a - b)
  return {
    operationId: operation.operationId,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : {description: operation.description}),
    ...(parameters.length === 0 ? {} : {parameters}),
    ...(body === undefined
      ? {}
      : {requestBody: {required: !operation.bodyOptional, content: contentOf('application/json', body)}}),
    responses: {
      [success.status]: {
        description: success.description,
        headers: Object.fromEntries([
          ['x-request-id', ref('headers', 'RequestId')],
          ...(success.headers ?? []).map((name) => [name, ref('headers', name)]),
        ]) as JsonSchema,
        ...(success.schema === undefined
          ? {}
          : {content: contentOf(success.type ?? 'application/json', success.schema)}),
      },
      ...(success.notModified ? {304: {description: 'The version that If-None-Match names is the present one'}} : {}),
      ...Object.fromEntries(statuses.map((status) => [status, ref('responses', `Error${status}`)])),
    },
  }
}

function queryParameters(query: z.ZodObject): JsonSchema[] {
  return Object.entries(query.shape).map(([name, field]) => {
    const schema = field as z.ZodType
    const {description, ...rest} = requestSchema(schema)
    return {
      name,
      in: 'query',
      // A default makes it optional to clients.
      required: !schema.safeParse(undefined).success,
      ...(description === undefined ? {} : {description}),
      schema: rest,
    }
  })
}

const contentOf = (type: string, schema: string) => ({[type]: {schema: ref('schemas', schema)}})

function errorResponse(status: number): JsonSchema {
  return {
    description: WHY[status],
    ...(WITH_RETRY_AFTER.has(status) ? {headers: {'retry-after': ref('headers', 'RetryAfter')}} : {}),
    content: contentOf('application/problem+json', 'Problem'),
  }
}
