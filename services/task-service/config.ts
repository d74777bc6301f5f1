import {variable} from '../runtime/environment.ts'

export const TASK_SERVICE_VARIABLES = {
  /** For the relay alone, such as a direct URL beside that of a pooler. */
  RELAY_DATABASE_URL: variable.url('postgres:', 'postgresql:').optional(),
}
