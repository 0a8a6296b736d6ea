import { z } from 'zod';
import { Language, Uuid } from '../text.ts';
import { Permission } from './permissions.ts';

export const Role = z.enum(['office_manager', 'office_staff', 'internal_manager', 'resident']).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

/** POST /api/users/token. `tenant` (its slug) is needed only when one e-mail and password open several offices. */
export const LoginBody = z.strictObject({
  email: z.email().max(254),
  password: z.string().min(1).max(200),
  tenant: z.string().max(63).optional(),
});

export type LoginBody = z.infer<typeof LoginBody>;

export const Grant = z.strictObject({ role: Role, /** null: every building of the tenant. */ buildingId: Uuid.nullable() });
export type Grant = z.infer<typeof Grant>;

export const Me = z
  .strictObject({
    user: z.strictObject({ id: Uuid, email: z.string(), fullName: z.string(), language: Language }),
    tenant: z.strictObject({ id: Uuid, slug: z.string(), name: z.string() }),
    grants: z.array(Grant),
    /** What the screens may offer; the server checks every request again. */
    permissions: z.array(Permission),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

/** GET /api/csrf. Send the token in `x-csrf-token` with every request that changes something. */
export const CsrfReply = z.strictObject({ csrfToken: z.string() });

/** POST /api/users/logout. */
export const LogoutBody = z.strictObject({ everywhere: z.boolean().default(false) });
