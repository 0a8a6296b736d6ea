import { Link, useLocation } from '@tanstack/react-router';
import { useWords } from '../i18n.ts';
import { useMay } from '../session/session.ts';
import { usePlanWords } from './plan-words.ts';
import { usePlan } from './queries.ts';
import './plan-notice.css';

/** One line above every screen, in the last days of a plan and in the days after: for who can do something about it. */
export function PlanNotice() {
  const { t } = useWords();
  const plan = usePlan();
  const { warning } = usePlanWords();
  const mayChange = useMay('device:write');
  const isOnPlanPage = useLocation({ select: ({ pathname }) => pathname.endsWith('/plan') });
  const words = plan === undefined || !mayChange || isOnPlanPage ? null : warning(plan);
  // The region is always there, so that words which come into it are read out.
  return (
    <div role="status">
      {words !== null && (
        <p className="plan-notice">
          {words} <Link to="/plan">{t('plan.toPlan')}</Link>
        </p>
      )}
    </div>
  );
}
