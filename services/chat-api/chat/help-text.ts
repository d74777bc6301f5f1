export const HELP = `Say what is to be done, or what shall happen to a task:
- pay rent on the first of every month at 9:00, remind me 2 hours before #home !high
- what is due today? · overdue · this week · what is due on monday? · #home · done
- done with the second one · I paid rent · reopen it
- move it to monday · snooze 20 minutes · skip this week · rename it to pay the rent
- delete the third · undo
Numbers and "the second" are places in the last list; #12 is the task of that number.`
