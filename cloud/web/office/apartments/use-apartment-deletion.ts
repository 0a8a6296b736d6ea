import { type Apartment, ApartmentBody } from '@concierge/contract/http/apartments.ts';
import { useQueryClient } from '@tanstack/react-query';
import { newIdempotencyKey } from '../../ui/api/client.ts';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { useToast } from '../pieces/toast.tsx';
import { queryKeys } from '../query-keys.ts';
import { createApartment, deleteApartment } from './queries.ts';

/**
 * Deletes an apartment, and offers to bring it back. Only one without weights and without people is ever deleted, so making it again from what it was brings everything back but
 * its id, which nothing refers to.
 */
export function useApartmentDeletion(): (apartment: Apartment) => Promise<void> {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const toast = useToast();

  const readAgain = async (buildingId: string) => {
    await queryClient.invalidateQueries({ queryKey: queryKeys.apartments(buildingId) });
    void queryClient.invalidateQueries({ queryKey: queryKeys.buildings });
  };

  const restore = async ({ buildingId, label, floor, position, areaSquareMetres }: Apartment, idempotencyKey: string) => {
    try {
      await createApartment(buildingId, ApartmentBody.parse({ label, floor, position, areaSquareMetres }), idempotencyKey);
      await readAgain(buildingId);
      toast({ text: t('apartment.restored', { label }) });
    } catch (problem) {
      toast({ tone: 'alert', text: `${t('apartment.notRestored', { label })} ${problemWords(problem, language)}` });
    }
  };

  return async (apartment) => {
    await deleteApartment(apartment.id);
    await readAgain(apartment.buildingId);
    const idempotencyKey = newIdempotencyKey();
    toast({
      text: t('apartment.deleted', { label: apartment.label }),
      action: { label: t('undo'), run: () => void restore(apartment, idempotencyKey) },
    });
  };
}
