import type { SceneList } from '@concierge/contract/mqtt/scenes.ts';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { mediaQuery } from '../media/queries.ts';
import { type MissingFile, missingFiles } from './missing-files.ts';

/** The files that are missing from the draft now. The library that is known may be older than a file that somebody else has just added: it is read again before one is called missing. */
export function useMissingFiles(draft: SceneList): readonly MissingFile[] {
  const { data: library, refetch } = useQuery(mediaQuery);
  const missing = library === undefined ? [] : missingFiles(draft, library);
  const suspects = [...new Set(missing.map(({ sha256 }) => sha256))].toSorted().join();
  const [checked, setChecked] = useState('');
  useEffect(() => {
    if (suspects === '') return undefined;
    let stillAsked = true;
    void refetch().then(({ isSuccess }) => {
      if (stillAsked && isSuccess) setChecked(suspects);
    });
    return () => {
      stillAsked = false;
    };
  }, [suspects, refetch]);
  return suspects === checked ? missing : [];
}
