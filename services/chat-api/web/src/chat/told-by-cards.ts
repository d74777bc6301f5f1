import type {ChatQuestion} from '../../../../domain/chat/meaning.ts'
import type {Card} from './card.ts'

/** Facts of a task that stand on the lines after the one that names it, and on its card. */
const FACT = /^(?:Then|Reminder|After it): /u

/**
 * Takes out of a text the lines that are shown as cards and buttons: those that name a task of a card by number and title,
 * `task 12 "Pay rent": due …`, and the choices of a question. Whatever is written in other words stays.
 */
export function told(
  cards: readonly Card[],
  texts: readonly string[],
  question: ChatQuestion | null,
): (text: string) => string {
  const names = cards.map(({task}) => `task ${task.id} ${JSON.stringify(task.title)}`)
  const rows = new Set(cards.map(({task, place}) => `${place}. ${JSON.stringify(task.title)} #${task.id}: `))
  const choices = new Set(
    (question?.choices ?? []).flatMap(({means, write}, index) => [
      `${index + 1}. ${means === write ? write : `${means} – "${write}"`}`,
    ]),
  )
  return (text) => {
    const left: string[] = []
    let isAfter = false
    for (const line of withoutTexts(text, texts).split('\n')) {
      const isNamed =
        names.some((name) => line.includes(name)) || [...rows].some((row) => line.startsWith(row)) || choices.has(line)
      isAfter = isNamed || (isAfter && FACT.test(line))
      if (!isAfter) left.push(line)
    }
    return left.join('\n').trim()
  }
}

const withoutTexts = (text: string, texts: readonly string[]): string =>
  texts.reduce((left, whole) => left.replace(whole, ''), text)
