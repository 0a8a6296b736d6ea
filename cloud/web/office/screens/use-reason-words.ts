import { useWords } from '../i18n.ts';
import { reasonFamily } from './release-rules.ts';

/** Why a release was not taken, in words. */
export function useReasonWords(): (code: string) => string {
  const { t } = useWords();
  return (code) => t(`release.reason.${reasonFamily(code)}`, { code });
}
