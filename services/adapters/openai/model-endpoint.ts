import type {ModelOptions} from '../../contracts/local.ts'
import type {ModelEndpoint} from '../../ports/model-endpoint.ts'

/** A turn has several steps, and all of them together take at most as long as this many of the longest. */
const TURN_STEPS = 3
/** 20,000 tokens, of some 200 bytes each on the wire: nobody reads that much, and no model says it in its right mind. */
const MOST_BYTES = 4 * 1024 * 1024

/** A server that speaks `/chat/completions` as OpenAI does: Ollama, llama.cpp, vLLM, and the hosted ones. */
export function createModelEndpoint({url, name, key, timeout_seconds: seconds}: ModelOptions): ModelEndpoint {
  const baseURL = url.replace(/\/+$/u, '')
  const stepMs = seconds * 1000
  return {
    host: new URL(baseURL).host,
    name,
    stepMs,
    turnMs: stepMs * TURN_STEPS,
    open: async () => {
      const {createOpenAICompatible} = await import('@ai-sdk/openai-compatible')
      const provider = createOpenAICompatible({
        name: 'endpoint',
        baseURL,
        // Sent as a bearer token, and nowhere else.
        ...(key !== null && {apiKey: key}),
        fetch: limitedFetch,
      })
      return provider(name)
    },
  }
}

/** Goes nowhere else than it was sent, and reads no more than `MOST_BYTES`. */
const limitedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, {...init, redirect: 'error'})
  if (!response.body) return response
  let bytes = 0
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      if (bytes > MOST_BYTES) controller.error(new Error(`the answer of the model is longer than ${MOST_BYTES} bytes`))
      else controller.enqueue(chunk)
    },
  })
  const {status, statusText, headers} = response
  return new Response(response.body.pipeThrough(limit), {status, statusText, headers})
}
