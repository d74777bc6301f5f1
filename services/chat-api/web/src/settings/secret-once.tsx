import {Copy} from 'lucide-react'
import {useId, useState} from 'react'
import {Button} from '../ui/button.tsx'

/** A secret that is shown this once, to be copied. */
export function SecretOnce({label, value, note}: {label: string; value: string; note: string}) {
  const id = useId()
  const [copied, setCopied] = useState<boolean | null>(null)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
    } catch {
      // Not every browser lets a page do it: the text is selected, for the person to copy.
      document.querySelector<HTMLInputElement>(`[id="${id}"]`)?.select()
      setCopied(false)
    }
  }
  return (
    <div className="secret">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <div className="secret-row">
        <input
          id={id}
          className="field-input secret-value"
          readOnly
          value={value}
          onFocus={(event) => event.target.select()}
        />
        <Button onPress={() => void copy()}>
          <Copy className="icon" aria-hidden /> Copy
        </Button>
      </div>
      <output className="settings-quiet">
        {copied === null ? note : copied ? 'Copied.' : 'Select it and copy it by hand.'}
      </output>
    </div>
  )
}
