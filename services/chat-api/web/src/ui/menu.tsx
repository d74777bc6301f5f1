import './menu.css'
import type {ReactElement} from 'react'
import {Menu as AriaMenu, MenuItem, MenuTrigger} from 'react-aria-components/Menu'
import {Popover} from 'react-aria-components/Popover'

export interface MenuAction {
  readonly id: string
  readonly label: string
  readonly run: () => void
  readonly isDanger?: boolean
}

export interface MenuProps {
  /** What it is a menu of, for those who hear it. */
  readonly label: string
  readonly actions: readonly MenuAction[]
  /** It was pressed before the menu was there. */
  readonly isOpenAtOnce?: boolean
  /** The button that opens it. */
  readonly children: ReactElement
}

export function Menu({label, actions, isOpenAtOnce = false, children}: MenuProps) {
  return (
    <MenuTrigger defaultOpen={isOpenAtOnce}>
      {children}
      <Popover className="menu-popover" placement="bottom end">
        <AriaMenu aria-label={label} className="menu" onAction={(id) => actions.find((one) => one.id === id)?.run()}>
          {actions.map(({id, label: text, isDanger = false}) => (
            <MenuItem key={id} id={id} className={isDanger ? 'menu-item menu-item-danger' : 'menu-item'}>
              {text}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}
