import {useQuery} from '@tanstack/react-query'
import {useState} from 'react'
import {auth} from '../api/client.ts'
import {useZone} from '../api/profile.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {useNow} from '../tasks/use-now.ts'
import {shortDay} from '../time/day-words.ts'
import {Button} from '../ui/button.tsx'
import {SelectField, TextField} from '../ui/field.tsx'
import {notify} from '../ui/notices.ts'
import {Part} from './part.tsx'
import {Problem} from './problem.tsx'
import {SecretOnce} from './secret-once.tsx'
import {useAct} from './use-act.ts'

interface ApiKey {
  readonly id: string
  readonly name: string | null
  readonly start: string | null
  readonly createdAt: string
  readonly lastRequest: string | null
  readonly expiresAt: string | null
}

const DAY = 86_400
const LIFETIMES = [
  {value: String(30 * DAY), label: '30 days'},
  {value: String(365 * DAY), label: 'a year'},
  {value: '', label: 'until it is revoked'},
] as const

/** Keys for programs. */
export function KeysSection() {
  const {data, error} = useQuery({
    queryKey: keys.keys,
    queryFn: async () => auth<{apiKeys: ApiKey[]}>('GET', '/api-key/list', {query: {limit: 100}}),
  })
  return (
    <>
      <Part title="New key">
        <NewKey />
      </Part>
      <Part title="Keys">
        {data?.apiKeys.length === 0 && <p className="settings-quiet">There are none.</p>}
        <ul className="settings-list">
          {data?.apiKeys.map((key) => (
            <KeyLine key={key.id} of={key} />
          ))}
        </ul>
        <Problem of={error} />
      </Part>
    </>
  )
}

function NewKey() {
  const [name, setName] = useState('')
  const [lifetime, setLifetime] = useState<string>(LIFETIMES[1].value)
  const [made, setMade] = useState<{name: string; key: string} | null>(null)
  const {isBusy, problem, run} = useAct()
  const make = async (): Promise<void> => {
    const body = {name: name.trim(), ...(lifetime !== '' && {expiresIn: Number(lifetime)})}
    const {key} = await auth<{key: string}>('POST', '/api-key/create', {body})
    setMade({name: body.name, key})
    setName('')
    await queryClient.invalidateQueries({queryKey: keys.keys})
  }
  return (
    <form
      className="settings-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') void run(make)
      }}
    >
      <p>A program sends it as x-api-key, and may then do what you may with your tasks.</p>
      <TextField label="What for" value={name} placeholder="backup script" maxLength={64} onChange={setName} />
      <SelectField label="Good for" value={lifetime} options={LIFETIMES} onChange={setLifetime} />
      <Problem of={problem} />
      <div>
        <Button type="submit" look="act" isDisabled={isBusy || name.trim() === ''}>
          Make a key
        </Button>
      </div>
      {made && <SecretOnce label={`Key “${made.name}”`} value={made.key} note="Shown this once: copy it now." />}
    </form>
  )
}

function KeyLine({of: {id, name, start, createdAt, lastRequest, expiresAt}}: {of: ApiKey}) {
  const zone = useZone()
  const now = useNow()
  const [isAsking, setAsking] = useState(false)
  const {isBusy, problem, run} = useAct()
  const day = (at: string): string => shortDay(Date.parse(at), zone, now)
  const revoke = async (): Promise<void> => {
    await auth('POST', '/api-key/delete', {body: {keyId: id}})
    notify('The key is revoked. Within 30 seconds nothing believes it any more.')
    await queryClient.invalidateQueries({queryKey: keys.keys})
  }
  const facts = [
    `made ${day(createdAt)}`,
    lastRequest === null ? 'never used' : `last used ${day(lastRequest)}`,
    expiresAt === null ? 'no end' : `ends ${day(expiresAt)}`,
  ]
  return (
    <li>
      <span className="settings-main">
        <span>
          {name ?? 'Without a name'} {start !== null && <code>{start}…</code>}
        </span>
        <span className="settings-quiet">{facts.join(', ')}</span>
        <Problem of={problem} />
      </span>
      {isAsking ? (
        <span className="settings-row">
          <Button look="danger" isDisabled={isBusy} onPress={() => void run(revoke)}>
            Revoke {name ?? 'it'}
          </Button>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the harmless answer has the focus */}
          <Button autoFocus onPress={() => setAsking(false)}>
            Keep
          </Button>
        </span>
      ) : (
        <Button aria-label={`Revoke ${name ?? 'the key without a name'}`} onPress={() => setAsking(true)}>
          Revoke
        </Button>
      )}
    </li>
  )
}
