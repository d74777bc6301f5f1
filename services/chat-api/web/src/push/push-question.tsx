import './push-question.css'
import {useQuery} from '@tanstack/react-query'
import {useId, useState} from 'react'
import type {PushKey} from '../../../../contracts/push-devices.ts'
import {sentenceOf} from '../api/api-error.ts'
import {read} from '../api/client.ts'
import {useProfile} from '../api/profile.ts'
import {Button} from '../ui/button.tsx'
import {notify} from '../ui/notices.ts'
import {currentSubscription, pushAbility} from './push-browser.ts'
import {turnOnPush} from './turn-on.ts'

/** On this device: that the question was answered. */
const ANSWERED = 'todo5-push-answered'

/** Whether there is anything to ask: this browser can, does not yet, was not asked before, and todo5 can push at all. */
async function isToBeAsked(): Promise<boolean> {
  if (localStorage.getItem(ANSWERED) !== null || pushAbility() !== 'possible') return false
  if ((await currentSubscription()) !== null) return false
  await read<PushKey>('/profile/push-key')
  return true
}

/** After the first reminder, once on each device. The browser itself asks only when "Turn on" was pressed. */
export default function PushQuestion() {
  const title = useId()
  const {data: profile} = useProfile()
  const {data: isAsked = false} = useQuery({queryKey: ['push-question'], queryFn: isToBeAsked, retry: false})
  const [isAnswered, setAnswered] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  if (!isAsked || isAnswered || !profile) return null
  const answer = (): void => {
    localStorage.setItem(ANSWERED, new Date().toISOString())
    setAnswered(true)
    // What had the focus is gone.
    document.querySelector<HTMLElement>('#main')?.focus()
  }
  const turnOn = async (): Promise<void> => {
    setBusy(true)
    try {
      await turnOnPush(profile)
      answer()
      notify('Reminders come to this device too.')
    } catch (error) {
      setProblem(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="push-question" aria-labelledby={title}>
      <h2 id={title}>Also remind you on this device?</h2>
      {problem !== null && <p role="alert">{sentenceOf(problem)}</p>}
      <div className="push-answers">
        <Button isDisabled={isBusy} onPress={() => void turnOn()}>
          Turn on
        </Button>
        <Button look="quiet" isDisabled={isBusy} onPress={answer}>
          Not now
        </Button>
      </div>
    </section>
  )
}
