import {InfiniteQueryObserver} from '@tanstack/react-query'
import {afterEach, expect, test} from 'vitest'
import {someTask} from '../../../../contracts/testing/some-task.ts'
import type {TaskListResponse, TaskResponse} from '../../../../contracts/tasks.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {readAgain, showTask} from './task-cache.ts'

const KEY = keys.list({view: 'open'})
const call = someTask({id: 1, title: 'Call'})
const missed = someTask({id: 2, title: 'Missed'})

afterEach(() => queryClient.clear())

const titles = (): string[] => {
  const list = queryClient.getQueryData<{pages: TaskListResponse[]}>(KEY)
  return list?.pages.flatMap(({tasks}) => tasks.map(({title}) => title)) ?? []
}

/** A list that is shown, each answer of which comes when the test gives it. */
function follow() {
  const asked: ((tasks: TaskResponse[]) => void)[] = []
  const observer = new InfiniteQueryObserver(queryClient, {
    queryKey: KEY,
    queryFn: async () =>
      new Promise<TaskListResponse>((resolve) => asked.push((tasks) => resolve({tasks, next_cursor: null}))),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: () => undefined,
    staleTime: Infinity,
  })
  return {asked, stop: observer.subscribe(() => undefined)}
}

test('a list that is to be read again stays so when one of its tasks is put in', async () => {
  queryClient.setQueryData(KEY, {pages: [{tasks: [call], next_cursor: null}], pageParams: [undefined]})
  await readAgain()
  showTask({...call, title: 'Call Bob', version: 2})
  expect(titles()).toEqual(['Call Bob'])
  expect(queryClient.getQueryState(KEY)?.isInvalidated).toBe(true)
  const {asked, stop} = follow()
  await expect.poll(() => asked.length).toBe(1)
  asked[0]!([{...call, title: 'Call Bob', version: 2}, missed])
  await expect.poll(titles).toEqual(['Call Bob', 'Missed'])
  stop()
})

test('an answer that is older than what was told meanwhile does not stay', async () => {
  const {asked, stop} = follow()
  await expect.poll(() => asked.length).toBe(1)
  // The first answer, which cannot be called off.
  showTask({...call, version: 2, completed_at: '2026-11-26T08:00:00Z'})
  asked[0]!([call])
  await expect.poll(() => asked.length).toBe(2)
  asked[1]!([])
  await expect.poll(titles).toEqual([])
  // A later one.
  void readAgain()
  await expect.poll(() => asked.length).toBe(3)
  showTask(missed)
  await expect.poll(() => asked.length).toBe(4)
  asked[2]!([])
  asked[3]!([missed])
  await expect.poll(titles).toEqual(['Missed'])
  await expect.poll(() => queryClient.isFetching()).toBe(0)
  expect([titles(), asked.length]).toEqual([['Missed'], 4])
  stop()
})
