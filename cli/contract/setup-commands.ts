import {z} from 'zod'
import {accessTokenResponse} from '../../services/contracts/access-token.ts'
import {profileResponse} from '../../services/contracts/account.ts'
import {instantOutput} from '../../services/contracts/instant.ts'
import {mailResponse, mailSummary} from '../../services/contracts/mailbox.ts'
import {SETTING_NAMES} from '../settings/keys.ts'
import {besides, either, listed, one, type Printed, steps} from './printed.ts'

/** As the AI SDK has it (UIMessage); its parts are the SDK's. */
const message = z.object({
  id: z.string(),
  role: z.enum(['system', 'user', 'assistant']),
  metadata: z.looseObject({thread: z.string(), at: instantOutput}),
  parts: z.array(z.looseObject({type: z.string()})),
})

const thread = z.object({id: z.string(), title: z.string(), created_at: instantOutput, updated_at: instantOutput})

const setting = {
  key: z.enum(SETTING_NAMES),
  /** Null when nobody set it. */
  value: z.string().nullable(),
}
const settingAndSource = z.object({...setting, from: z.string()})
const changedSetting = one(z.object({...setting, file: z.string()}))

const key = z.object({
  id: z.string(),
  name: z.string().nullable(),
  /** How it begins. */
  start: z.string().nullable(),
  created_at: instantOutput,
  last_used_at: instantOutput.nullable(),
  expires_at: instantOutput.nullable(),
  /** Whether commands work with it here. */
  current: z.boolean(),
})
const createdKey = z.object({
  id: z.string(),
  name: z.string(),
  /** Told this once. */
  key: z.string(),
  expires_at: instantOutput.nullable(),
})

const context = z.string()

export const SETUP_COMMANDS = {
  __verify: one(
    z.object({
      verified: z.array(z.enum(['added', 'reminded', 'done', 'next'])),
      reminder_seconds: z.number(),
      next_seconds: z.number(),
      warnings: z.array(z.string()),
    }),
  ),
  __complete: listed('candidates', z.object({value: z.string(), description: z.string()}), {files: z.boolean()}),
  chat: either(one(message), listed('threads', thread)),
  completion: one(z.object({shell: z.enum(['bash', 'zsh', 'fish', 'powershell']), script: z.string()})),
  login: besides(one(z.object({context, api_url: z.string(), email: z.string(), role: z.string()})), steps.words),
  logout: besides(one(z.object({context, key_ended: z.boolean()})), steps.words),
  whoami: one(profileResponse.extend({context, api_url: z.string()})),
  'context:add': besides(one(z.object({context, api_url: z.string(), email: z.string()})), steps.words),
  'context:delete': besides(one(z.object({context})), steps.words),
  'context:list': listed(
    'contexts',
    z.object({
      name: z.string(),
      kind: z.enum(['target', 'remote']),
      api_url: z.string().nullable(),
      state: z.enum(['running', 'starting', 'stopped', 'elsewhere']),
      current: z.boolean(),
    }),
  ),
  'context:use': besides(one(z.object({context})), steps.words),
  'config:explain': listed(
    'settings',
    settingAndSource.extend({sources: z.array(z.object({source: z.string(), value: z.string().nullable()}))}),
  ),
  'config:get': one(z.object(setting)),
  'config:list': listed('settings', settingAndSource),
  'config:set': besides(changedSetting, steps.words),
  'config:unset': besides(changedSetting, steps.words),
  'token:create': besides(either(one(createdKey), one(accessTokenResponse)), steps.words),
  'token:list': listed('keys', key),
  'token:revoke': one(z.object({key, dry_run: z.boolean()})),
  'mailbox:clear': besides(one(z.object({cleared: z.boolean()})), steps.words),
  'mailbox:list': listed('mails', mailSummary),
  'mailbox:show': one(mailResponse),
  'image:build': besides(
    one(
      z.object({
        tags: z.array(z.string()),
        /** sha256:… */
        id: z.string(),
        /** Such as linux/amd64. */
        platform: z.string(),
        /** Unpacked. */
        bytes: z.int(),
      }),
    ),
    steps.words,
  ),
  'ci:init': besides(
    one(
      z.object({
        folder: z.string(),
        files: z.array(z.object({path: z.string(), state: z.enum(['new', 'same', 'changed'])})),
      }),
    ),
    steps.words,
  ),
  'image:load': besides(one(z.object({image: z.string(), target: z.string()})), steps.words),
} satisfies Record<string, Printed>
