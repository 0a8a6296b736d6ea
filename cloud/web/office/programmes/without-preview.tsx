import { Link } from '@tanstack/react-router';
import { useWords } from '../i18n.ts';
import { EmptyState, ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import type { NoPreview } from './use-previewed-building.ts';

/** What stands where the preview would be. */
export function WithoutPreview({ why }: { why: NoPreview }) {
  const { t } = useWords();
  switch (why.kind) {
    case 'loading':
      return <ListSkeleton rows={8} />;
    case 'no-building':
      return (
        <EmptyState
          title={t('canvas.noBuilding')}
          text={t('canvas.noBuildingHint')}
          action={<Link to="/buildings">{t('canvas.toBuildings')}</Link>}
        />
      );
    case 'no-document':
      return <EmptyState title={t('canvas.noDocument')} text={t('canvas.noDocumentHint')} />;
    case 'unread':
      return <ReadProblem problem={why.problem} onRetry={why.retry} />;
  }
}
