import { localizedText } from '@concierge/contract/text.ts';
import { z } from 'zod';

/** How common expenses are paid into the building's account, which the office keeps with the building. Never what anybody owes. */
export const PaymentSettings = z.strictObject({
  title: localizedText(60),
  note: localizedText(160).nullable(),
});
export type PaymentSettings = z.infer<typeof PaymentSettings>;
