import {DomainError} from '../domain/errors.ts'
import {type HttpContext, isOperator, requireUser} from './http-app.ts'

/** The edge lets only operators through to /v1/operator, and so does each service. */
export function requireOperator(ctx: HttpContext): void {
  requireUser(ctx)
  if (!isOperator(ctx)) {
    throw new DomainError('forbidden', 'operators_only', 'This is for operators only.', {
      hint: 'Sign in with an operator account.',
    })
  }
}
