import { Button } from '@mantine/core';
import { useWords } from '../i18n.ts';

/** The way to the rows that have not been fetched yet; nothing when all are there. */
export function MoreRows({ pages }: { pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown } }) {
  const { t } = useWords();
  if (!pages.hasNextPage) return null;
  return (
    <div className="table-foot">
      <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        {t('fleet.more')}
      </Button>
    </div>
  );
}
