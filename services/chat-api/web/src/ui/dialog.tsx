import './dialog.css'
import {X} from 'lucide-react'
import type {ReactNode} from 'react'
import {Dialog as AriaDialog} from 'react-aria-components/Dialog'
import {Heading} from 'react-aria-components/Heading'
import {Modal, ModalOverlay} from 'react-aria-components/Modal'
import {IconButton} from './button.tsx'

export interface DialogProps {
  readonly title: string
  readonly isOpen: boolean
  /** Escape, a press beside it, or its cross. */
  readonly onClose: () => void
  readonly children: ReactNode
  /** Its buttons, the one that acts last. */
  readonly actions?: ReactNode
  /** `alert`: a question that has to be answered; it does not close by a press beside it. */
  readonly role?: 'dialog' | 'alertdialog'
}

/** In the middle of a wide window, from the bottom of a narrow one. Focus goes in, stays in, and comes back. */
export function Dialog({title, isOpen, onClose, children, actions, role = 'dialog'}: DialogProps) {
  return (
    <ModalOverlay
      className="dialog-behind"
      isOpen={isOpen}
      isDismissable={role === 'dialog'}
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Modal className="dialog-place">
        <AriaDialog className="dialog" role={role}>
          <header className="dialog-head">
            <Heading slot="title" className="dialog-title">
              {title}
            </Heading>
            <IconButton icon={X} label="Close" onPress={onClose} />
          </header>
          <div className="dialog-body">{children}</div>
          {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
