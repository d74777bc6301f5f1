import type {ReactNode} from 'react'
import {Button} from '../ui/button.tsx'
import {Dialog} from '../ui/dialog.tsx'

export interface LeaveDialogProps {
  readonly title: string
  /** What is to be known before it is saved: how far it reaches, or why it cannot be. */
  readonly children: ReactNode
  readonly saveLabel: string
  readonly canSave: boolean
  readonly onSave: () => void
  readonly onDiscard: () => void
  readonly onStay: () => void
}

/** Somebody is on the way out of a task, and what was typed is not saved. */
export function LeaveDialog({title, children, saveLabel, canSave, onSave, onDiscard, onStay}: LeaveDialogProps) {
  return (
    <Dialog
      role="alertdialog"
      title="Save what you changed?"
      isOpen
      onClose={onStay}
      actions={
        <>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the harmless answer has the focus */}
          <Button autoFocus onPress={onStay}>
            Keep editing
          </Button>
          <Button look="danger" onPress={onDiscard}>
            Discard
          </Button>
          <Button look="act" isDisabled={!canSave} onPress={onSave}>
            {saveLabel}
          </Button>
        </>
      }
    >
      <div className="detail-part">
        <p>What you changed of “{title}” is not saved yet.</p>
        {children}
      </div>
    </Dialog>
  )
}
