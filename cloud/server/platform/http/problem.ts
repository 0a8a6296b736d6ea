import type { Problem } from '@concierge/contract/http/problem.ts';
import type { Language } from '@concierge/contract/text.ts';
import { type ProblemCode, problemTexts } from '@concierge/i18n/problems.ts';
import type { Result } from '@concierge/kernel/result.ts';

const statusByCode: Record<ProblemCode, number> = {
  'bad-request': 400,
  'invalid-fields': 400,
  'too-large': 413,
  'unsupported-media-type': 415,
  'not-signed-in': 401,
  'session-ended': 401,
  'wrong-credentials': 401,
  'locked-out': 429,
  'choose-tenant': 409,
  'csrf-missing': 403,
  'not-allowed': 403,
  'plan.feature-not-included': 403,
  'not-found': 404,
  'version-conflict': 409,
  'places-unreachable': 503,
  'label-taken': 409,
  'still-in-use': 409,
  'weights-do-not-add-up': 422,
  'unknown-apartment': 422,
  'expires-before-publication': 422,
  'idempotency-key-reused': 422,
  'in-progress': 409,
  'done-already': 409,
  'presence-expired': 410,
  'presence-invalid': 404,
  'presence-used': 409,
  'claim-code-unknown': 404,
  'claim-words-wrong': 409,
  'claim-ended': 410,
  'claim-taken': 409,
  'device-gone': 410,
  'claim-refused': 403,
  'result-not-asked-for': 415,
  'scenes-in-use': 409,
  'scenes-of-other-building': 422,
  'batch-name-taken': 409,
  'batch-over': 410,
  'boot-token-exists': 409,
  'release-not-retriable': 409,
  'batch-not-reopened': 409,
  'too-many-batches': 409,
  'media-unknown-type': 415,
  'media-broken': 422,
  'media-too-large': 413,
  'media-too-slow': 422,
  'film-broken': 422,
  'film-codec': 415,
  'film-unfinished': 422,
  'film-protected': 422,
  'film-too-large': 413,
  'film-too-long': 422,
  'film-too-demanding': 422,
  'film-too-fast': 422,
  'media-quota': 409,
  'media-count': 409,
  'media-in-use': 409,
  'media-too-many': 422,
  'too-many-requests': 429,
  unavailable: 503,
  internal: 500,
};

/** An expected failure as use cases return it: a code people's texts exist for, and what makes this one particular. */
export interface Failure {
  readonly code: ProblemCode;
  /** One sentence for this case in both languages, when the code's own text does not say enough. */
  readonly detail?: { readonly el: string; readonly en: string };
  readonly errors?: readonly { readonly pointer: string; readonly message: string | { readonly el: string; readonly en: string } }[];
}

/** Carries a failure from an edge to the error handler, which answers it as RFC 9457 problem details. */
export class HttpProblem extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** The value of a successful result; a failed one leaves the route as a problem. */
export function valueOrProblem<Value>(result: Result<Value, Failure>): Value {
  if (result.ok) return result.value;
  throw new HttpProblem(result.error);
}

/** The problem document of a failure in the reader's language. */
export function problemOf(failure: Failure, language: Language, requestId: string): Problem {
  const text = problemTexts[failure.code][language];
  return {
    type: `urn:concierge:problem:${failure.code}`,
    title: text,
    status: statusByCode[failure.code],
    code: failure.code,
    ...(failure.detail === undefined ? {} : { detail: failure.detail[language] }),
    ...(failure.errors === undefined
      ? {}
      : {
          errors: failure.errors.map(({ pointer, message }) => ({
            pointer,
            message: typeof message === 'string' ? message : message[language],
          })),
        }),
    instance: requestId,
  };
}

/** The first language of an Accept-Language header that we speak; Greek when there is none. */
export function readerLanguage(acceptLanguage: string | undefined): Language {
  for (const part of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    const tag = part.trim().slice(0, 2).toLowerCase();
    if (tag === 'el' || tag === 'en') return tag;
  }
  return 'el';
}
