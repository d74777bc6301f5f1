import type {LanguageModelV4Prompt} from '@ai-sdk/provider'
import {expect, test} from 'vitest'
import {zoneOf} from '../../domain/dates/zone.ts'
import {instructionsFor} from './instructions.ts'
import {PromptTooLong, asSent, bounded} from './model-prompt.ts'

const said = (text: string): LanguageModelV4Prompt[number] => ({role: 'user', content: [{type: 'text', text}]})
const called = (id: string, text: string): LanguageModelV4Prompt => [
  {role: 'assistant', content: [{type: 'tool-call', toolCallId: id, toolName: 'list_tasks', input: {}}]},
  {
    role: 'tool',
    content: [{type: 'tool-result', toolCallId: id, toolName: 'list_tasks', output: {type: 'text', value: text}}],
  },
]
const system = {role: 'system', content: 'rules'} as const

test('only the end of a long conversation is sent, in whole exchanges', () => {
  const prompt: LanguageModelV4Prompt = [system]
  for (let number = 0; number < 50; number++)
    prompt.push(said(`message ${number}`), ...called(`id ${number}`, 'x'.repeat(1000)))
  const sent = bounded(prompt, 10_000)
  expect(JSON.stringify(sent).length).toBeLessThan(10_200)
  expect(sent[0]).toEqual(system)
  expect(sent[1]).toMatchObject({role: 'user'})
  expect(sent.slice(-3)).toEqual(prompt.slice(-3))
  // Nothing between is left out.
  expect(sent.slice(1)).toEqual(prompt.slice(prompt.length - sent.length + 1))
  expect(bounded([system, said('hello')])).toEqual([system, said('hello')])
})

test('long answers of tools are shortened, those of earlier messages more; what is still too long is not sent', () => {
  const long = 'y'.repeat(20_000)
  const sent = JSON.stringify(bounded([system, said('one'), ...called('a', long), said('two'), ...called('b', long)]))
  expect(sent.match(/y{9,}/gu)!.map(({length}) => length)).toEqual([1500, 8000])
  expect(sent).toContain('(shortened)')
  expect(() => bounded([system, said('z'.repeat(50_000))])).toThrow(PromptTooLong)
})

test('ids are of nine letters and digits, the same for a call and its answer', () => {
  const {prompt} = asSent({prompt: [said('list'), ...called('0198c5f0-uuid', 'none')]})
  const ids = [...JSON.stringify(prompt).matchAll(/"toolCallId":"([^"]+)"/gu)].map(([, id]) => id)
  expect(ids).toEqual([ids[0], ids[0]])
  expect(ids[0]).toMatch(/^[0-9a-f]{9}$/u)
})

test('schemas keep their fields, whatever they are called, and lose what servers stumble over', () => {
  const inputSchema = {
    type: 'object',
    properties: {
      pattern: {type: 'string', pattern: '^a', minLength: 1},
      count: {type: 'integer', minimum: 1, maximum: 50},
    },
    required: ['pattern'],
  } as const
  const {tools} = asSent({
    prompt: [said('list')],
    tools: [{type: 'function', name: 'tool', inputSchema}],
  })
  expect(tools).toMatchObject([
    {
      inputSchema: {
        properties: {pattern: {type: 'string'}, count: {type: 'integer', minimum: 1}},
        required: ['pattern'],
      },
    },
  ])
  expect(JSON.stringify(tools)).not.toMatch(/"\^a"|minLength|maximum/u)
})

test('the instructions have the day and the hour of the person', () => {
  const now = Date.parse('2026-11-21T23:30:00Z')
  expect(instructionsFor({zone: zoneOf('Europe/Berlin'), now})).toContain(
    'Now it is Sun 22 Nov 2026 00:30 (2026-11-22), time zone Europe/Berlin.',
  )
})
