/** The body of an answer; of a stream that goes on, its first event. */
export async function answerText(answer: Response): Promise<string> {
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream') || !answer.body) return answer.text()
  let text = ''
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const {done, value} = await reader.read()
    if (done) return text
    text += value
    if (!text.includes('\n\n')) continue
    await reader.cancel()
    return text
  }
}
