import {sentenceOf} from '../api/api-error.ts'

/** Why the last thing could not be done; nothing when it could. */
export const Problem = ({of}: {of: unknown}) =>
  of === null ? null : (
    <p className="settings-problem" role="alert">
      {sentenceOf(of)}
    </p>
  )
