import {z} from 'zod'
import {taskResponse} from '../../contracts/tasks.ts'

/** The answer of a tool that reads words of the user: the task, and how they were read. */
export const understoodTask = z.object({
  task: taskResponse,
  remarks: z.array(z.string()).describe('What the user should hear about how it was read.'),
})
