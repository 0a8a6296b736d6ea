import type { z } from 'zod';
import { ApiProblem } from '../../ui/api/problem.ts';

/** Why a field was refused, by the words it is answered with. */
export type FieldFault = 'required' | 'tooLong' | 'format' | 'range';

/** The faults of a body by field, `name.el` → why; the first one of each field counts. */
export function fieldFaults(error: z.ZodError): Readonly<Record<string, FieldFault>> {
  const faults: Record<string, FieldFault> = {};
  for (const issue of error.issues) {
    const field = issue.path.join('.');
    if (Object.hasOwn(faults, field)) continue;
    faults[field] = faultOf(issue);
  }
  return faults;
}

/** The fields the server refused, for when its rules know more than ours. */
export function refusedFields(problem: unknown): Readonly<Record<string, FieldFault>> {
  if (!(problem instanceof ApiProblem) || problem.code !== 'invalid-fields') return {};
  return Object.fromEntries(problem.errors.map(({ pointer }) => [pointer.slice(1).replaceAll('/', '.'), 'format' as const]));
}

function faultOf(issue: z.core.$ZodIssue): FieldFault {
  if (issue.code === 'too_big') return issue.origin === 'string' ? 'tooLong' : 'range';
  if (issue.code === 'too_small') return issue.origin === 'string' ? 'required' : 'range';
  return issue.code === 'invalid_type' ? 'required' : 'format';
}
