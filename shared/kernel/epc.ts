/**
 * What a bank's app reads from a payment code (EPC069-12, “BCD”): a SEPA credit transfer to an account, in version 002, which needs no BIC within the EEA. Without amount, purpose and reference:
 * it says where to, and whoever pays says how much and what for. The last element is not followed by a line end.
 */
export function epcPayload({ iban, holder }: { readonly iban: string; readonly holder: string }): string {
  return ['BCD', '002', '1', 'SCT', '', holder, iban].join('\n');
}
