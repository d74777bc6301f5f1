import './shortcut-sheet.css'
import {Dialog} from '../ui/dialog.tsx'
import {SHORTCUTS} from './shortcuts.ts'

function ShortcutSheet({onClose}: {readonly onClose: () => void}) {
  return (
    <Dialog title="Keys" isOpen onClose={onClose}>
      <dl className="shortcuts">
        {SHORTCUTS.map(({keys, does}) => (
          <div key={does} className="shortcut">
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className="shortcuts-note">Single keys can be switched off in the settings.</p>
    </Dialog>
  )
}

export default ShortcutSheet
