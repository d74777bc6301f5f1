import {useMemo, useState} from 'react'
import type {SeriesResponse} from '../../../../contracts/history.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {changeOfRule} from '../recurrence-editor/change-of-rule.ts'
import type {Choices} from '../recurrence-editor/choices.ts'
import {choicesOfTask} from '../recurrence-editor/choices-of-task.ts'
import {RecurrenceEditor} from '../recurrence-editor/editor.tsx'
import {outcomeOf, type Setting} from '../recurrence-editor/outcome.ts'
import {Button} from '../ui/button.tsx'
import {Dialog} from '../ui/dialog.tsx'
import {saveTask, sentenceOfSave} from './save-task.ts'
import {useReach} from './scope-choice.tsx'

export interface RepeatDialogProps {
  readonly task: TaskResponse
  readonly series: SeriesResponse | null
  readonly zone: string
  readonly onClose: () => void
}

/** The recurrence editor of one task. A rule is for this one and later: one occurrence has none of its own. */
export function RepeatDialog({task, series, zone, onClose}: RepeatDialogProps) {
  const [now] = useState(() => Date.now())
  const setting = useMemo((): Setting => settingOf(task, zone, now), [task, zone, now])
  const [begun] = useState(() => choicesOfTask(task, series, {zone, now}))
  const [choices, setChoices] = useState<Choices>(begun.choices)
  const [problem, setProblem] = useState<unknown>(null)
  const [isSaving, setSaving] = useState(false)
  const inZone = begun.inUtc ? {...setting, zone: 'UTC'} : setting
  const outcome = outcomeOf(choices, inZone)
  const before = outcomeOf(begun.choices, inZone)
  const change =
    outcome.ok && before.ok ? changeOfRule({choices: begun.choices, outcome: before}, {choices, outcome}) : null
  const {label, note} = useReach(task, zone)
  const save = async (): Promise<void> => {
    setSaving(true)
    try {
      await saveTask(task, {body: change!, scope: series === null ? null : 'following'})
      onClose()
    } catch (error) {
      setProblem(error)
      setSaving(false)
    }
  }
  return (
    <Dialog
      title="Repeat"
      isOpen
      onClose={onClose}
      actions={
        <>
          {series !== null && change !== null && <p className="detail-quiet repeat-note">{note('following')}</p>}
          <Button onPress={onClose}>Cancel</Button>
          <Button look="act" isDisabled={change === null || isSaving} onPress={() => void save()}>
            {buttonText(series, outcome.ok && outcome.pattern === null, label('following'))}
          </Button>
        </>
      }
    >
      {begun.inUtc && (
        <p className="detail-note">This rule has no form on the clock of {zone}: its times are those of UTC.</p>
      )}
      <RecurrenceEditor choices={choices} setting={inZone} outcome={outcome} onChange={setChoices} />
      {problem !== null && (
        <p className="detail-problem" role="alert">
          {sentenceOfSave(problem)}
        </p>
      )}
    </Dialog>
  )
}

function buttonText(series: SeriesResponse | null, isNever: boolean, following: string): string {
  if (series === null) return 'Save'
  return isNever ? 'Stop repeating' : following
}

/** Of a series the date of its rule counts, wherever this one was moved to. */
const settingOf = (task: TaskResponse, zone: string, now: number): Setting => {
  const at = task.occurrence_at ?? task.due_at
  return {zone, now, dueAt: at === null ? null : Date.parse(at), hasTime: at !== null && task.due_has_time}
}
