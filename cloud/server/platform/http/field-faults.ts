import type { ZodFastifySchemaValidationError } from 'fastify-type-provider-zod';
import type { Failure } from './problem.ts';

const MAX_FAULTS = 50;

/** What a schema found wrong, field by field, in both languages. The English sentence is the schema's own, which also says what it wanted. */
export function fieldFaults(found: readonly ZodFastifySchemaValidationError[]): NonNullable<Failure['errors']> {
  return found.slice(0, MAX_FAULTS).map((fault) => ({
    pointer: fault.instancePath || '/',
    message: { el: greekSentence(fault), en: fault.message ?? 'Invalid' },
  }));
}

function greekSentence({ keyword, params }: ZodFastifySchemaValidationError): string {
  switch (keyword) {
    case 'invalid_type':
      return 'Λείπει ή δεν είναι του σωστού τύπου.';
    case 'too_big':
      return `Είναι πολύ μεγάλο${bound(params['maximum'], 'το πολύ')}.`;
    case 'too_small':
      return `Είναι πολύ μικρό${bound(params['minimum'], 'τουλάχιστον')}.`;
    case 'invalid_format':
      return 'Δεν έχει τη σωστή μορφή.';
    case 'invalid_value':
      return 'Δεν είναι μία από τις τιμές που επιτρέπονται.';
    case 'unrecognized_keys':
      return 'Υπάρχει άγνωστο πεδίο.';
    default:
      return 'Δεν είναι έγκυρο.';
  }
}

function bound(limit: unknown, word: string): string {
  return typeof limit === 'number' || typeof limit === 'bigint' ? `: ${word} ${limit}` : '';
}
