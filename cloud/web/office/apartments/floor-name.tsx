import { useWords } from '../i18n.ts';

/** «Ισόγειο», «2ος», «υπόγειο 1»: 0 is the ground floor, negative below it. */
export function FloorName({ floor }: { floor: number }) {
  const { t } = useWords();
  if (floor === 0) return <>{t('apartment.groundFloor')}</>;
  return <>{floor > 0 ? t('apartment.floorAbove', { floor }) : t('apartment.floorBelow', { floor: -floor })}</>;
}
