import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useWords } from '../i18n.ts';
import { Notice } from '../pieces/notice.tsx';
import { waitingQuery } from './queries.ts';

/** That devices have started and nobody has said where they hang. */
export function WaitingNotice() {
  const { t } = useWords();
  const { data: count } = useQuery(waitingQuery);
  if (count === undefined || count === 0) return null;
  return (
    <div className="waiting-notice">
      <Notice
        actions={
          <Link className="row-link" to="/expected">
            {t('expected.choose')}
          </Link>
        }
      >
        {t('expected.notice', { count })}
      </Notice>
    </div>
  );
}
