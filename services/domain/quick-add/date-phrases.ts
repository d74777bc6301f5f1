import {MONTH, ORDINAL, WEEKDAY} from '../dates/date-words.ts'
import {phrase} from './sentence.ts'

const UNIT = '(?:days?|weeks?|fortnights?|months?|years?)'
const SHORT_UNIT = '(?:minutes?|mins?|hours?|hrs?|h|m|d|w)'
const COUNT = String.raw`(?:\d{1,5}|an?|half an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)`

/** What is usual to write wrong or short, and means one thing. */
const MISSPELT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tomorrow: 'tommorow tomorow tommorrow tomorrw tomorro tommorro tomrrow tomororw tmrw tmw tmr',
    today: 'todya 2day',
    yesterday: 'yesturday',
    monday: 'mondya mondy munday',
    tuesday: 'teusday tuseday tuesdya tueday',
    wednesday: 'wendesday wensday wednsday wedensday wednesdy',
    thursday: 'thrusday thurday thusday thursdya thirsday',
    friday: 'firday fridya frday',
    saturday: 'saterday satuday saturdy satruday',
    sunday: 'sundya sunady',
    every: 'evry evrey evey eveyr eevry ervery',
    daily: 'dayly daliy',
    weekly: 'weekely wekly weekyl',
    monthly: 'montly monthy mothly monhtly',
    yearly: 'yeraly yearyl',
  }).flatMap(([right, wrong]) => wrong.split(' ').map((word) => [word, right] as const)),
)
const wrong = (...words: string[]): string =>
  [...MISSPELT]
    .filter(([, right]) => words.includes(right))
    .map(([word]) => word)
    .join('|')

export const corrected = (text: string): string => text.replaceAll(/[\da-z]+/gu, (word) => MISSPELT.get(word) ?? word)

const FULL_WEEKDAY = `(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|${wrong('monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday')})`
export const EVERY = `(?:every|each|${wrong('every')})`
export const ADVERB = `(?:hourly|daily|weekly|biweekly|fortnightly|monthly|quarterly|yearly|annually|${wrong('daily', 'weekly', 'monthly', 'yearly')})`

const DATED = [
  String.raw`(?:the )?(?:\d{1,2}|${ORDINAL}) (?:of )?${MONTH}(?:,? \d{4})?`,
  String.raw`${MONTH} (?:the )?(?:\d{1,2}|${ORDINAL})(?!:)(?:,? \d{4})?`,
  String.raw`(?:the )?(?:first|second|third|fourth|fifth|last|[1-5](?:st|nd|rd|th)) ${WEEKDAY} (?:of|in) ${MONTH}(?: \d{4})?`,
  String.raw`\d{4}-\d\d-\d\d(?:t\d\d:\d\d(?::\d\d)?(?:z|[+\u002D]\d\d:?\d\d)?)?`,
  String.raw`\d{1,2}\.\d{1,2}\.(?:\d{4})?`,
].join('|')
const ENDS = `(?:eod|eow|eom|(?:the )?end of (?:the )?(?:day|week|month)|(?:the )?(?:end|last day) of (?:(?:the )?month|${MONTH}(?: \\d{4})?))`
const DAY_WORD = `(?:(?:the )?day after tomorrow|today|tonight|tomorrow|yesterday|${wrong('tomorrow', 'today', 'yesterday')})`
const VAGUE = '(?:next (?:week|month|year)|this (?:week|month|weekend)|the weekend)'

/** A day, as something that the texts of due dates can be. The name of the group says how sure it is without "on". */
const DAY = [
  `(?<several>${WEEKDAY}(?:/${WEEKDAY})+)`,
  `(?<offset>${COUNT} ${UNIT} (?:from|after|before) (?:${DAY_WORD}|(?:next |this )?(?:${FULL_WEEKDAY}|${WEEKDAY})|${DATED}|(?:the )?${ORDINAL}))`,
  `(?<word>${DAY_WORD})`,
  `(?<which>(?:this|coming|next|last) (?:${WEEKDAY}|${FULL_WEEKDAY}))`,
  `(?<dated>${DATED})`,
  `(?<weekday>${FULL_WEEKDAY})`,
  `(?<abbreviated>${WEEKDAY})`,
  String.raw`(?<slashed>\d{1,2}\/\d{1,2}(?:\/(?:\d{4}|\d\d))?)`,
  `(?<ends>${ENDS})`,
  `(?<vague>${VAGUE})`,
  String.raw`(?<relative>in ${COUNT} ?(?:${UNIT}|${SHORT_UNIT})|(?:${COUNT}) ${UNIT} from now)`,
  `(?<numbered>the ${ORDINAL}|${ORDINAL}(?=(?:[, ]*$|[, ]+at )))`,
].join('|')

const BEFORE = '(?:(?<before>(?:due (?:on |by |at )?|on |by |for |until |till |before ))'
export const DAY_PHRASE = phrase(
  `${BEFORE})?(?:${DAY}|(?<after>(?<=on |by |due )(?:${ORDINAL}|\\d{1,2}\\.\\d{1,2}))|(?<month>(?<=by |due |before |until )${MONTH}(?: \\d{4})?))`,
)
/** What follows "until", "starting" or "except", as one text. */
export const ANY_DAY = `(?:${[DAY_WORD, `(?:this|coming|next) ${WEEKDAY}`, DATED, FULL_WEEKDAY, WEEKDAY, ENDS, String.raw`\d{1,2}\/\d{1,2}(?:\/\d{2,4})?`, `(?:the )?${ORDINAL}`, `in ${COUNT} ${UNIT}`, 'next (?:week|month|year)'].join('|')})`

/** Zones by their short names: only UTC is one zone everywhere. */
export const ZONE_NAME =
  '(?:utc|gmt|est|edt|cst|cdt|mst|mdt|pst|pdt|cet|cest|bst|ist|jst|eet|eest|msk|aest|aedt|acst|awst|nzst|nzdt)'
const ZONE = ` ${ZONE_NAME}`
const HALF = String.raw` ?[ap]\.?m\.?`
const HOUR_WORD = '(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)'
const PAST = String.raw`(?:half past|quarter past|quarter to) (?:\d{1,2}|${HOUR_WORD})(?:${HALF})?`
const PART = 'in the (?:morning|afternoon|evening)|at night'
const NAMED = 'noon|midday|midnight'
const CLOCK = String.raw`\d{1,2}[:h]\d\d(?:${HALF})?|\d{1,2}\.\d\d${HALF}|\d{1,2}(?:${HALF}|h| o'clock)`
const SURE = `(?:(?:${PAST}|${NAMED}|${CLOCK}|(?:\\d{1,2}|${HOUR_WORD}) (?:${PART}|o'clock))(?: (?:${PART}))?)(?:${ZONE})?`

/** `at 9`, `9am`, `17:30`, `at noon`, `in the morning`. */
export const TIME_PHRASE = phrase(
  String.raw`(?<at>for ${SURE}|(?:due )?(?:at|by|before) (?:${SURE}|(?:\d{1,2}(?:\.\d\d)?|${HOUR_WORD})(?:${ZONE})?))|(?<part>in the (?:morning|afternoon|evening)|this (?:morning|afternoon|evening))|(?<clock>${SURE})`,
)
/** What may follow a day at once: `tomorrow 9`, `friday evening`, `mon, noon`. */
export const TIME_AFTER_DAY = phrase(
  String.raw`,? +(?<text>(?:in the )?(?:morning|afternoon|evening|night)(?: at (?:${SURE}|\d{1,2}))?|(?:at |by )?(?:${SURE})|(?:at )\d{1,2}(?:${ZONE})?|(?:at )${HOUR_WORD}|\d{1,2}(?=$|[ ]*[\uE000,;]))`,
)
const RANGE_END = String.raw`\d{1,2}(?:[:.]\d\d)?(?:${HALF})?`
/** `from 3 to 5pm`, `15:00-17:00` */
export const TIME_RANGE = phrase(
  String.raw`(?:from |between )(?<from>${RANGE_END}) ?(?:to|until|till|and|\u002D|–) ?(?<to>${RANGE_END})|(?<early>\d{1,2}:\d\d(?:${HALF})?|\d{1,2}${HALF}) ?(?:to|\u002D|–) ?(?<late>${RANGE_END})|(?<first>\d{1,2}) ?(?:\u002D|–) ?(?<last>\d{1,2}(?::\d\d|${HALF}))`,
)
