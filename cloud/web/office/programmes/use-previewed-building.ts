import type { Building } from '@concierge/contract/http/buildings.ts';
import type { BuildingFacts } from '@concierge/contract/http/facts.ts';
import type { LobbyDocument } from '@concierge/contract/mqtt/content.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../ui/api/problem.ts';
import { factsQuery } from '../building-facts/queries.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { documentQuery } from './queries.ts';

/** Why there is no preview, as long as that is so. */
export type NoPreview =
  | { readonly kind: 'loading' }
  /** The office has no building yet. */
  | { readonly kind: 'no-building' }
  /** The building has nothing that a screen could show: it is new, or it was archived. */
  | { readonly kind: 'no-document' }
  | { readonly kind: 'unread'; readonly problem: unknown; retry(): void };

interface PreviewedBuilding {
  readonly buildingId: string | null;
  /** Which others it may be; empty where the programme is for one alone. */
  readonly choices: readonly Building[];
  choose(buildingId: string): void;
  readonly document: LobbyDocument | null;
  /** Null until they are read. */
  readonly facts: BuildingFacts | null;
  /** Null where there is a document. */
  readonly without: NoPreview | null;
}

/** With which building's data a programme is previewed: its own, and for one of the whole office the one that is chosen. Never another's in its place. */
export function usePreviewedBuilding(ownBuildingId: string | null): PreviewedBuilding {
  const [chosenId, choose] = useState<string | null>(null);
  const buildings = useQuery({ ...buildingsQuery, enabled: ownBuildingId === null });
  const choices = (ownBuildingId === null ? buildings.data : null) ?? [];
  const chosen = choices.find(({ id }) => id === chosenId) ?? choices[0];
  const buildingId = ownBuildingId ?? chosen?.id ?? null;
  const document = useQuery({ ...documentQuery(buildingId ?? ''), enabled: buildingId !== null });
  const facts = useQuery({ ...factsQuery(buildingId ?? ''), enabled: buildingId !== null });
  const without = (): NoPreview | null => {
    if (buildingId === null) {
      if (buildings.data !== undefined) return { kind: 'no-building' };
      return buildings.error === null ? { kind: 'loading' } : unread(buildings.error, buildings.refetch);
    }
    if (document.data !== undefined) return null;
    if (document.error === null) return { kind: 'loading' };
    return isNotFound(document.error) ? { kind: 'no-document' } : unread(document.error, document.refetch);
  };
  return { buildingId, choices, choose, document: document.data ?? null, facts: facts.data ?? null, without: without() };
}

function unread(problem: unknown, refetch: () => Promise<unknown>): NoPreview {
  return { kind: 'unread', problem, retry: () => void refetch() };
}

function isNotFound(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.code === 'not-found';
}
