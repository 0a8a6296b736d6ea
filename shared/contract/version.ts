/**
 * The version of everything cloud and kiosk say to each other. It stands in every topic and signed document. A change of any
 * schema under `mqtt/`, of `topics.ts` or of the token layout fails `wire.test.ts` until the hash there is renewed on purpose,
 * and this number raised when an agent in the field could misread the new form.
 *
 * History
 * 1  2026-11-21  first form
 */
export const WIRE_VERSION = 1;
