const pairs = (text: string): [string, string][] => text.split(' ').map((pair) => pair.split('/') as [string, string])

/** Past/base; what is said of a task that is done: "I paid rent". */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  pairs(
    'paid/pay bought/buy sent/send wrote/write written/write made/make took/take taken/take got/get went/go gone/go did/do done/do ' +
      'fed/feed met/meet ran/run swam/swim told/tell spoke/speak spoken/speak brought/bring gave/give given/give found/find ' +
      'built/build taught/teach sold/sell drove/drive ate/eat eaten/eat drank/drink left/leave hung/hang swept/sweep rode/ride ' +
      'sang/sing chose/choose chosen/choose froze/freeze began/begin lent/lend spent/spend slept/sleep won/win saw/see seen/see ' +
      'planned/plan shipped/ship mopped/mop wrapped/wrap scrubbed/scrub stopped/stop dropped/drop chopped/chop shopped/shop ' +
      'transferred/transfer submitted/submit cancelled/cancel canceled/cancel chatted/chat scanned/scan trimmed/trim tagged/tag',
  ),
)

/** Verbs whose past ends in -ed. Only these: "red", "feed" and "need" are none. */
const REGULAR =
  'answer apply ask attend bake book brush call change charge check clean close collect complete confirm contact cook copy ' +
  'deliver deploy discuss download dust email empty exercise fax file fill finish fix fold follow hand help hoover install ' +
  'invite iron jog join label load lock mail measure merge move mow nail note open order pack paint park pick plant play ' +
  'polish post practice practise prepare print proofread pull push raise rake reach read record register rehearse remove ' +
  'renew repair repeat replace reply report request reserve return review rinse save schedule search serve sew sharpen sign ' +
  'sort start store stretch study talk test text thank tidy toast train translate turn type update upgrade upload vacuum ' +
  'verify visit vote walk wash watch water weed wipe wire work'

const pastOf = (verb: string): string =>
  verb.endsWith('e') ? `${verb}d` : /[^aeiou]y$/u.test(verb) ? `${verb.slice(0, -1)}ied` : `${verb}ed`

const BASES: ReadonlyMap<string, string> = new Map([
  ...REGULAR.split(' ').map((verb) => [pastOf(verb), verb] as const),
  ...IRREGULAR,
])

/** `paid` → `pay`, `called` → `call`; undefined when it is no past of a verb that tasks are made of. */
export const baseOfPast = (word: string): string | undefined => BASES.get(word.toLowerCase())
