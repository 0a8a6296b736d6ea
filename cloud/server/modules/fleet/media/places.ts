import { failure, type Result, success } from '@concierge/kernel/result.ts';

/** Room for so many at once, of one office and of all. Let go, a place is free again. */
export interface Places {
  take(tenantId: string): Result<Disposable, { readonly code: 'too-many-requests' | 'unavailable' }>;
}

/** An office that has taken its own hears that it sends too much; one that finds all taken hears that the cloud has no room now. */
export function createPlaces(most: { readonly ofOffice: number; readonly ofAll: number }): Places {
  const taken = new Map<string, number>();
  return {
    take(tenantId) {
      const ofOffice = taken.get(tenantId) ?? 0;
      if (ofOffice >= most.ofOffice) return failure({ code: 'too-many-requests' });
      if ([...taken.values()].reduce((sum, count) => sum + count, 0) >= most.ofAll) return failure({ code: 'unavailable' });
      taken.set(tenantId, ofOffice + 1);
      return success({
        [Symbol.dispose]() {
          const left = (taken.get(tenantId) ?? 1) - 1;
          if (left === 0) taken.delete(tenantId);
          else taken.set(tenantId, left);
        },
      });
    },
  };
}
