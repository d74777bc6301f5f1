import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {Ledger, readLedger} from './ledger.ts'

test('an operation is in the file before it is sent, and its outcome after', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-ledger-'))
  const path = join(folder, 'ledger.jsonl')
  try {
    const ledger = new Ledger(path)
    const operation = {op: 'complete', chain: 'A', task: 7, place: 0} as const
    const n = ledger.send({user: 'somebody', key: 'a key', operation})
    expect(readLedger(path)).toEqual([
      {type: 'sent', n, at: expect.any(Number), user: 'somebody', key: 'a key', operation},
    ])
    expect(() => ledger.of(n)).toThrow(`operation ${n} has no answer`)
    const answer = {tasks: [{id: 7, version: 2}], next: null, removed: []}
    ledger.write({type: 'unknown', n, at: 1, why: '503'})
    ledger.write({type: 'answered', n, at: 2, answer})
    expect(readLedger(path).slice(1)).toEqual([
      {type: 'unknown', n, at: 1, why: '503'},
      {type: 'answered', n, at: 2, answer},
    ])
    expect(ledger.of(n)).toMatchObject({sent: {operation}, answer})
    ledger.close()
    // A run never goes on in the ledger of another one.
    expect(() => new Ledger(path)).toThrow(/EEXIST/u)
  } finally {
    await rm(folder, {recursive: true})
  }
})
