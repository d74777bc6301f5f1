/** The library rrule. Node finds its CommonJS build, whose names cannot be imported one by one. */
// oxlint-disable-next-line import/default -- the default export exists where Node looks, not where the linter does
import rrule from 'rrule'

// oxlint-disable-next-line import/no-named-as-default-member -- `import {RRule}` type-checks but throws under Node
export const {RRule} = rrule
