import './tokens.css'
import './base.css'
import {QueryClientProvider} from '@tanstack/react-query'
import {StrictMode} from 'react'
import {createRoot} from 'react-dom/client'
import {queryClient} from './api/query-client.ts'
import {keepSnapshots, restoreSnapshot} from './api/snapshot.ts'
import {App} from './app.tsx'

await restoreSnapshot()
keepSnapshots()
createRoot(document.querySelector('#app')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
)
