import {createHmac, randomBytes} from 'node:crypto'
import {
  type McpServer,
  ProtocolError,
  ResourceTemplate,
  type ServerContext,
  acceptedContent,
  completable,
  inputRequired,
  inputResponse,
} from '@modelcontextprotocol/server'
import {z} from 'zod'

/** A red dot, and an empty sound. */
const IMAGE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
const SOUND = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA='

const textOf = (text: string) => ({content: [{type: 'text' as const, text}]})
const image = {type: 'image' as const, data: IMAGE, mimeType: 'image/png'}
const nothing = z.object({})

/** What the conformance suite calls by name, with the answers that its scenarios ask for. */
export function conformanceSurface(server: McpServer): void {
  registerContent(server)
  registerQuestions(server)
  registerRounds(server)
  registerResources(server)
  registerPrompts(server)
}

function registerContent(server: McpServer): void {
  const tool = (name: string, run: (context: ServerContext) => Promise<object> | object): void =>
    void server.registerTool(
      name,
      {description: `Of the conformance suite: ${name}`, inputSchema: nothing},
      async (_input, context) => (await run(context)) as ReturnType<typeof textOf>,
    )
  tool('test_simple_text', () => textOf('This is a simple text response for testing.'))
  tool('test_image_content', () => ({content: [image]}))
  tool('test_audio_content', () => ({content: [{type: 'audio', data: SOUND, mimeType: 'audio/wav'}]}))
  tool('test_embedded_resource', () => ({content: [embedded('test://embedded-resource', 'text/plain', 'Embedded.')]}))
  tool('test_multiple_content_types', () => ({
    content: [
      {type: 'text', text: 'Multiple content types test:'},
      image,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }))
  tool('test_error_handling', () => {
    throw new Error('This tool intentionally returns an error for testing')
  })
  tool('test_tool_with_progress', async ({mcpReq}) => {
    const progressToken = mcpReq._meta?.progressToken
    for (const progress of [0, 50, 100])
      await mcpReq.notify({method: 'notifications/progress', params: {progressToken, progress, total: 100}})
    return textOf(String(progressToken))
  })
}

const embedded = (uri: string, mimeType: string, text: string) => ({
  type: 'resource' as const,
  resource: {uri, mimeType, text},
})

const named = z.object({name: z.string()})
const confirmed = z.object({ok: z.boolean()})
const askName = (message = 'What is your name?') => inputRequired.elicit({message, requestedSchema: named})
const askOk = () => inputRequired.elicit({message: 'Please confirm', requestedSchema: confirmed})
const sample = (text: string) =>
  inputRequired.createMessage({messages: [{role: 'user', content: {type: 'text', text}}], maxTokens: 100})

type Answer = ReturnType<typeof textOf> | ReturnType<typeof inputRequired>

const question = (server: McpServer, name: string, run: (context: ServerContext) => Answer): void =>
  void server.registerTool(
    `test_input_required_result_${name}`,
    {description: `Of the conformance suite: ${name}`, inputSchema: nothing},
    async (_input, context) => run(context),
  )

function registerQuestions(server: McpServer): void {
  question(server, 'elicitation', ({mcpReq}) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_name', named)
    return answer ? textOf(`Hello, ${answer.name}!`) : inputRequired({inputRequests: {user_name: askName()}})
  })
  question(server, 'sampling', ({mcpReq}) => {
    const answer = inputResponse(mcpReq.inputResponses, 'sample_request')
    if (answer.kind === 'sampling') return textOf(`Sampling result: ${JSON.stringify(answer.result.content)}`)
    return inputRequired({inputRequests: {sample_request: sample('What is the capital of France?')}})
  })
  question(server, 'list_roots', ({mcpReq}) => {
    const answer = inputResponse(mcpReq.inputResponses, 'roots_request')
    if (answer.kind === 'roots') return textOf(`Found ${answer.roots.length} root(s)`)
    return inputRequired({inputRequests: {roots_request: inputRequired.listRoots()}})
  })
  question(server, 'multiple_inputs', ({mcpReq}) => {
    const name = acceptedContent(mcpReq.inputResponses, 'user_name', named)
    const roots = inputResponse(mcpReq.inputResponses, 'client_roots')
    if (name && roots.kind === 'roots') return textOf(`Name: ${name.name}; Roots: ${roots.roots.length}`)
    return inputRequired({
      inputRequests: {
        user_name: askName(),
        greeting: sample('Generate a greeting'),
        client_roots: inputRequired.listRoots(),
      },
      requestState: signed({kind: 'multiple-inputs'}),
    })
  })
  question(server, 'capabilities', ({mcpReq}) => {
    const keys = Object.keys(mcpReq.inputResponses ?? {})
    if (keys.length > 0) return textOf(`capabilities-ok: received ${keys.join(',')}`)
    const envelope = (mcpReq.envelope ?? {}) as Record<string, unknown>
    const can = (envelope['io.modelcontextprotocol/clientCapabilities'] ?? {}) as Record<string, unknown>
    const inputRequests = {
      ...(can['elicitation'] !== undefined && {elicit_input: askName('Elicitation input')}),
      ...(can['sampling'] !== undefined && {sample_input: sample('Sample request')}),
    }
    if (Object.keys(inputRequests).length === 0) return textOf('No supported capabilities declared')
    return inputRequired({inputRequests, requestState: signed({kind: 'capabilities'})})
  })
}

function registerRounds(server: McpServer): void {
  for (const [name, said] of [
    ['request_state', 'state-ok: requestState validated'],
    ['tampered_state', 'integrity-ok: state verified'],
  ] as const) {
    question(server, name, ({mcpReq}) => {
      const state = stateOf(mcpReq.requestState())
      if (state && acceptedContent(mcpReq.inputResponses, 'confirm', confirmed)?.ok) return textOf(said)
      return inputRequired({inputRequests: {confirm: askOk()}, requestState: signed({kind: name})})
    })
  }
  question(server, 'multi_round', ({mcpReq}) => {
    const state = stateOf(mcpReq.requestState())
    const name = acceptedContent(mcpReq.inputResponses, 'step1', named)?.name
    if (state?.['round'] === 2) return textOf(`Multi-round complete for ${String(state['name'])}`)
    if (state?.['round'] === 1 && name !== undefined)
      return inputRequired({inputRequests: {step2: askName('Step 2')}, requestState: signed({round: 2, name})})
    return inputRequired({inputRequests: {step1: askName('Step 1')}, requestState: signed({round: 1})})
  })
}

const SECRET = randomBytes(32)
const seal = (text: string): string => createHmac('sha256', SECRET).update(text).digest('base64url')

function signed(state: Record<string, unknown>): string {
  const text = Buffer.from(JSON.stringify(state)).toString('base64url')
  return `${text}.${seal(text)}`
}

function stateOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'string') return undefined
  const [text = '', given] = value.split('.')
  if (given !== seal(text)) throw new ProtocolError(-32602, 'requestState integrity check failed')
  return JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>
}

function registerResources(server: McpServer): void {
  const contents = (
    part: {uri: string; mimeType: string; text: string} | {uri: string; mimeType: string; blob: string},
  ) => ({
    contents: [part],
  })
  const text = {uri: 'test://static-text', mimeType: 'text/plain', text: 'The content of the static text resource.'}
  server.registerResource('static-text', text.uri, {mimeType: text.mimeType}, async () => contents(text))
  const binary = {uri: 'test://static-binary', mimeType: 'image/png', blob: IMAGE}
  server.registerResource('static-binary', binary.uri, {mimeType: binary.mimeType}, async () => contents(binary))
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', {list: undefined}),
    {mimeType: 'application/json'},
    async (uri, {id}) =>
      contents({uri: uri.href, mimeType: 'application/json', text: JSON.stringify({id, templateTest: true})}),
  )
}

function registerPrompts(server: McpServer): void {
  const user = (content: object) => ({role: 'user' as const, content: content as {type: 'text'; text: string}})
  const words = (text: string) => user({type: 'text', text})
  const about = (name: string) => ({description: `Of the conformance suite: ${name}`})
  server.registerPrompt('test_simple_prompt', about('simple'), async () => ({messages: [words('A simple prompt.')]}))
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      ...about('arguments'),
      argsSchema: z.object({arg1: completable(z.string(), () => ['paris', 'park', 'party']), arg2: z.string()}),
    },
    async ({arg1, arg2}) => ({messages: [words(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)]}),
  )
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    {...about('embedded resource'), argsSchema: z.object({resourceUri: z.string()})},
    async ({resourceUri}) => ({
      messages: [user(embedded(resourceUri, 'text/plain', 'Embedded.')), words('Process it.')],
    }),
  )
  server.registerPrompt('test_prompt_with_image', about('image'), async () => ({
    messages: [user(image), words('Look at it.')],
  }))
  server.registerPrompt('test_input_required_result_prompt', about('question'), async (context: ServerContext) => {
    const answer = acceptedContent(context.mcpReq.inputResponses, 'user_context', z.object({context: z.string()}))
    if (answer) return {messages: [words(`Prompt with context: ${answer.context}`)]}
    const requestedSchema = z.object({context: z.string()})
    return inputRequired({
      inputRequests: {user_context: inputRequired.elicit({message: 'What context?', requestedSchema})},
    })
  })
}
