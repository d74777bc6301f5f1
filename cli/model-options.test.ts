import {expect, test} from 'vitest'
import {modelOptionsOf} from './model-options.ts'

const where = {'model-url': 'http://127.0.0.1:11434/v1', 'model-name': 'qwen3:4b'}

test('a language model is an address and a name; without any of its options there is none', async () => {
  expect(await modelOptionsOf({}, ['local'])).toBeNull()
  const model = {url: 'http://127.0.0.1:11434/v1', name: 'qwen3:4b', key: null, timeout_seconds: 60}
  expect(await modelOptionsOf(where, [])).toEqual(model)
  // As from the environment.
  const whole = {...where, 'model-key': 'sk-1', 'model-timeout': 300}
  expect(await modelOptionsOf(whole, [])).toEqual({...model, key: 'sk-1', timeout_seconds: 300})
  for (const half of [{'model-url': where['model-url']}, {'model-name': 'm'}, {'model-key': 'sk-1'}])
    await expect(modelOptionsOf(half, [])).rejects.toMatchObject({code: 'model_incomplete'})
})

test.each([
  ['--model-key', 'sk-1'],
  ['--model-key=sk-1', '--debug'],
])('a key in the arguments is refused: %s %s', async (...argv) => {
  const refused = modelOptionsOf({...where, 'model-key': 'sk-1'}, argv)
  await expect(refused).rejects.toMatchObject({code: 'secret_in_arguments', exit: 2})
  await expect(refused).rejects.not.toThrow(/sk-1/u)
})

test.each(['127.0.0.1:11434', 'ftp://here/v1', 'http://me:sk-1@here/v1', 'http://here/v1?key=sk-1', 'nonsense'])(
  'no address of a model: %s',
  async (url) => {
    await expect(modelOptionsOf({...where, 'model-url': url}, [])).rejects.toMatchObject({code: 'invalid_model_url'})
  },
)
