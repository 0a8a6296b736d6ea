import { Problem } from '@concierge/contract/http/problem.ts';
import type { Language } from '@concierge/contract/text.ts';
import { problemTexts } from '@concierge/i18n/problems.ts';

/** What the browser itself may add to the server's codes: it did not get through. */
export type ApiProblemCode = keyof typeof problemTexts | 'offline';

const offlineText = {
  el: 'Δεν υπάρχει σύνδεση με την υπηρεσία. Ελέγξτε το δίκτυό σας και δοκιμάστε ξανά.',
  en: 'The service cannot be reached. Check your connection and try again.',
} as const;

/** A refused or failed request. It is thrown, since that is how the query library takes failures. */
export class ApiProblem extends Error {
  readonly code: ApiProblemCode;
  readonly status: number;
  readonly detail: string | null;
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];

  constructor(problem: {
    code: ApiProblemCode;
    status: number;
    detail?: string | undefined;
    errors?: readonly { readonly pointer: string; readonly message: string }[] | undefined;
  }) {
    super(problem.code);
    this.name = 'ApiProblem';
    this.code = problem.code;
    this.status = problem.status;
    this.detail = problem.detail ?? null;
    this.errors = problem.errors ?? [];
  }
}

/** The problem a reply carries. A reply that is no problem document (a proxy's page) is told by its status. */
export async function problemOfReply(reply: Response): Promise<ApiProblem> {
  const parsed = Problem.safeParse(await reply.json().catch(() => null));
  if (parsed.success && isKnown(parsed.data.code)) return new ApiProblem({ ...parsed.data, code: parsed.data.code });
  return new ApiProblem({ code: reply.status === 429 ? 'too-many-requests' : codeOfStatus(reply.status), status: reply.status });
}

/** One or two sentences for a person: what happened and what to do. */
export function problemWords(problem: unknown, language: Language): string {
  if (!(problem instanceof ApiProblem)) return problemTexts.internal[language];
  const text = problem.code === 'offline' ? offlineText[language] : problemTexts[problem.code][language];
  return problem.detail === null ? text : `${text} ${problem.detail}`;
}

/** Whether waiting or another try may help, as opposed to a refusal that stays. */
export function isPassing(problem: unknown): boolean {
  return problem instanceof ApiProblem && (problem.code === 'offline' || problem.code === 'unavailable' || problem.status >= 500);
}

function isKnown(code: string): code is keyof typeof problemTexts {
  return Object.hasOwn(problemTexts, code);
}

function codeOfStatus(status: number): ApiProblemCode {
  if (status === 401) return 'not-signed-in';
  if (status === 403) return 'not-allowed';
  if (status === 404) return 'not-found';
  if (status >= 502) return 'unavailable';
  return status >= 500 ? 'internal' : 'bad-request';
}
