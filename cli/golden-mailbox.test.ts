import {expect, test} from 'vitest'
import {type RunOptions, transcript} from './testing/run-cli.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi()
const {run, piped} = cli
const shown = async (line: string[], options?: RunOptions): Promise<string> => transcript(await run(line, options))

test('mailbox', async () => {
  expect(await piped('mailbox', 'list')).toMatchInlineSnapshot(`
    "| The mailbox is empty.
    (exit 0)"
  `)
  cli.api.mails.push({
    id: 1,
    received_at: '2026-11-20T08:00:00Z',
    from: 'todo5 <todo5@localhost>',
    to: 'ada@example.com',
    subject: 'Reminder: Water the plants',
    message_id: '<1@localhost>',
    text: 'Water the plants\n\nDue 09:00.\n',
    html: '<p>Water the plants</p>',
    headers: {'x-todo5': '1'},
  })
  expect(await shown(['mailbox', 'list'])).toMatchInlineSnapshot(`
    "ID  RECEIVED      TO               SUBJECT
     1  20 Nov 09:00  ada@example.com  Reminder: Water the plants
    (exit 0)"
  `)
  expect(await shown(['mailbox', 'show', '1', '--headers'])).toMatchInlineSnapshot(`
    "from     todo5 <todo5@localhost>
    to       ada@example.com
    subject  Reminder: Water the plants
    date     Fri 20 Nov 2026 09:00 CET
    x-todo5  1

    Water the plants

    Due 09:00.
    (exit 0)"
  `)
  expect(await cli.json('mailbox', 'show', '1')).toEqual(cli.api.mails[0])
  expect(await cli.json('mailbox', 'list', '--fields', 'id,subject')).toEqual({
    mails: [{id: 1, subject: 'Reminder: Water the plants'}],
  })
  expect(await piped('mailbox', 'show', '1', '--html')).toMatchInlineSnapshot(`
    "<p>Water the plants</p>
    (exit 0)"
  `)
  expect(await piped('mailbox', 'show', '2')).toMatchInlineSnapshot(`
    "| Error: There is no mail 2 in the mailbox.  [mail_not_found, exit 3]
    (exit 3)"
  `)
  // Nobody is there who could be asked.
  expect(await piped('mailbox', 'clear')).toMatchInlineSnapshot(`
    "| Error: 1 mail will be thrown away. This has to be confirmed.  [confirmation_needed, exit 2]
    | Try:   --yes        confirms it
    |        --dry-run    shows what would be done
    (exit 2)"
  `)
  expect(cli.api.mails).toHaveLength(1)
  expect(await piped('mailbox', 'clear', '--yes', '--json')).toMatchInlineSnapshot(`
    "{
      "cleared": true
    }
    (exit 0)"
  `)
  expect(cli.api.mails).toEqual([])
})
