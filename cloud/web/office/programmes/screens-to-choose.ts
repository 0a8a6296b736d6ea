import type { FleetDevice } from '@concierge/contract/http/fleet.ts';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fleetCountsQuery } from '../screens/fleet-queries.ts';
import { type ScreenFilter, screensForQuery } from './queries.ts';

/** Letters come quicker than answers are worth asking for. */
const TYPING_MS = 250;
/** The longest text the server looks for. */
const MOST_TYPED = 100;

/** Screens that stay, as the server finds them by what is typed and by building, page by page; and how many there are in all. */
export function useScreensToChoose(ownBuildingId: string | null) {
  const [typed, setTyped] = useState('');
  const [buildingId, setBuildingId] = useState('');
  const [asked] = useDebouncedValue(typed.trim().slice(0, MOST_TYPED), TYPING_MS);
  const wanted = ownBuildingId ?? buildingId;
  const filter: ScreenFilter = { ...(asked === '' ? {} : { q: asked }), ...(wanted === '' ? {} : { buildingId: wanted }) };
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage, isPlaceholderData } = useInfiniteQuery(
    screensForQuery(filter),
  );
  // What the pages do not show yet is only counted.
  const counts = useQuery({ ...fleetCountsQuery(filter), enabled: hasNextPage });
  const found: readonly FleetDevice[] | undefined = data?.pages.flatMap(({ items }) => items).filter(({ leaving }) => !leaving);
  const total = hasNextPage ? counts.data && counts.data.total - counts.data.states.leaving : found?.length;
  const isOldAnswer = isPlaceholderData || (hasNextPage && counts.isPlaceholderData) || asked !== typed.trim().slice(0, MOST_TYPED);
  return {
    typed,
    setTyped,
    buildingId,
    setBuildingId,
    filter,
    found,
    /** Undefined while it is not known, and while the answer is still to what was typed before. */
    total: isOldAnswer ? undefined : total,
    error,
    refetch: () => void refetch(),
    pages: { hasNextPage, isFetchingNextPage, fetchNextPage },
  };
}
