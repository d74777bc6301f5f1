import {useState} from 'react'
import type {ProfileResponse} from '../../../../contracts/account.ts'
import type {NewWebhook, WebhookState, WebhookTest} from '../../../../contracts/webhook.ts'
import {ApiError} from '../api/api-error.ts'
import {useWebhook} from '../api/channels.ts'
import {write} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {addChannel} from '../push/turn-on.ts'
import {Button} from '../ui/button.tsx'
import {TextField} from '../ui/field.tsx'
import {notify} from '../ui/notices.ts'
import {Part} from './part.tsx'
import {Problem} from './problem.tsx'
import {SecretOnce} from './secret-once.tsx'
import {useAct} from './use-act.ts'
import {useWhen} from './use-when.ts'
import {testInWords, webhookState} from './webhook-words.ts'

/** Where reminders go as signed requests, and whether they arrive. */
export function WebhookPart({profile}: {profile: ProfileResponse}) {
  const {data: webhook, error} = useWebhook()
  const [made, setMade] = useState<NewWebhook | null>(null)
  const [isChanging, setChanging] = useState(false)
  const show = async (shown: NewWebhook | null): Promise<void> => {
    setMade(shown)
    setChanging(false)
    await queryClient.invalidateQueries({queryKey: keys.webhook})
  }
  const isThere = webhook !== undefined && webhook.url !== null
  return (
    <Part title="Webhook">
      <p>Each reminder is sent to your server as a signed JSON message.</p>
      {made && (
        <SecretOnce
          label="Secret of the webhook"
          value={made.secret}
          note="Shown this once. Your server checks with it that a message is from todo5."
        />
      )}
      <Problem of={error} />
      {isThere && !isChanging && (
        <Receiver
          webhook={webhook}
          onChange={() => {
            setMade(null)
            setChanging(true)
          }}
          onRemoved={async () => show(null)}
        />
      )}
      {webhook && (!isThere || isChanging) && (
        <AddressForm
          profile={profile}
          before={webhook.url}
          onMade={show}
          onCancel={isThere ? () => setChanging(false) : undefined}
        />
      )}
    </Part>
  )
}

function AddressForm({
  profile,
  before,
  onMade,
  onCancel,
}: {
  profile: ProfileResponse
  before: string | null
  onMade: (made: NewWebhook) => Promise<void>
  onCancel: (() => void) | undefined
}) {
  const [url, setUrl] = useState(before ?? '')
  const {isBusy, problem, run} = useAct()
  const wrong = problem instanceof ApiError ? problem.faultOf('url') : undefined
  const make = async (): Promise<void> => {
    const made = await write<NewWebhook>('POST', '/profile/webhook', {body: {url}})
    await onMade(made)
    await addChannel(profile, 'webhook')
    notify('The webhook is set up. Reminders go there too.')
  }
  return (
    <form
      className="settings-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (url.trim() !== '') void run(make)
      }}
    >
      <TextField
        label="Address"
        type="url"
        inputMode="url"
        // What is wrong is said in words of todo5, below the field.
        validationBehavior="aria"
        value={url}
        placeholder="https://example.org/reminders"
        description={before === null ? undefined : 'A new secret comes with it; the one before no longer counts.'}
        error={wrong?.replace(/^url\b/u, 'The address')}
        onChange={setUrl}
      />
      {wrong === undefined && <Problem of={problem} />}
      <div className="settings-row">
        <Button type="submit" look="act" isDisabled={isBusy || url.trim() === ''}>
          Set up the webhook
        </Button>
        {onCancel && <Button onPress={onCancel}>Cancel</Button>}
      </div>
    </form>
  )
}

function Receiver({
  webhook,
  onChange,
  onRemoved,
}: {
  webhook: WebhookState
  onChange: () => void
  onRemoved: () => Promise<void>
}) {
  const when = useWhen()
  const [tested, setTested] = useState<WebhookTest | null>(null)
  const [isAsking, setAsking] = useState(false)
  const {isBusy, problem, run} = useAct()
  const test = async (): Promise<void> => {
    setTested(null)
    setTested(await write<WebhookTest>('POST', '/profile/webhook/test'))
    await queryClient.invalidateQueries({queryKey: keys.webhook})
  }
  const remove = async (): Promise<void> => {
    await write('DELETE', '/profile/webhook')
    await queryClient.invalidateQueries({queryKey: keys.profile})
    notify('The webhook is removed. Nothing is sent there any more.')
    await onRemoved()
  }
  const isEnded = webhook.ended_at !== null
  return (
    <>
      <p className="settings-main">
        <span className="settings-address">{webhook.url}</span>
        <span className={isEnded ? 'settings-danger' : 'settings-quiet'}>{webhookState(webhook, when)}</span>
      </p>
      <output className={tested === null ? 'settings-quiet' : tested.taken ? 'settings-good' : 'settings-problem'}>
        {isBusy && !isAsking ? 'Sending a test, which takes at most 10 s…' : tested && testInWords(tested)}
      </output>
      <Problem of={problem} />
      {isAsking ? (
        <div className="settings-row">
          <Button look="danger" isDisabled={isBusy} onPress={() => void run(remove)}>
            Remove it
          </Button>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the harmless answer has the focus */}
          <Button autoFocus onPress={() => setAsking(false)}>
            Keep
          </Button>
        </div>
      ) : (
        <div className="settings-row">
          {!isEnded && (
            <Button isDisabled={isBusy} onPress={() => void run(test)}>
              Send a test
            </Button>
          )}
          <Button onPress={onChange}>Change…</Button>
          <Button look="danger" aria-label="Remove the webhook" onPress={() => setAsking(true)}>
            Remove
          </Button>
        </div>
      )}
    </>
  )
}
