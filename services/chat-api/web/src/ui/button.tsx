import './button.css'
import type {LucideIcon} from 'lucide-react'
import {Button as AriaButton, type ButtonProps as AriaButtonProps} from 'react-aria-components/Button'

interface Look {
  /** `act` is green and at most one of a view; `danger` deletes; `quiet` has no frame. */
  readonly look?: 'act' | 'plain' | 'quiet' | 'danger'
}

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'>, Look {
  readonly children: React.ReactNode
  readonly className?: string
}

export function Button({look = 'plain', className = '', ...props}: ButtonProps) {
  return <AriaButton {...props} className={`button button-${look} ${className}`} />
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  readonly icon: LucideIcon
  /** What it does, also shown as a tip. */
  readonly label: string
  readonly className?: string
}

/** An icon that is always named: for those who hear the page, and for those who point at it. */
export function IconButton({icon: Icon, label, className = '', ...props}: IconButtonProps) {
  return (
    <span className="icon-button-place" title={label}>
      <AriaButton {...props} aria-label={label} className={`icon-button ${className}`}>
        <Icon className="icon" aria-hidden />
      </AriaButton>
    </span>
  )
}
