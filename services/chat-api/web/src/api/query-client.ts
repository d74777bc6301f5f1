import {QueryClient} from '@tanstack/react-query'
import {ApiError} from './api-error.ts'

const MOST_TRIES = 3

/** Live events say when something changed: what was read stays good until then. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 30 * 60_000,
      networkMode: 'always',
      retry: (failures, error) =>
        failures < MOST_TRIES && error instanceof ApiError && (error.isOffline || error.status >= 500),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5000),
    },
    mutations: {networkMode: 'always', retry: false},
  },
})
