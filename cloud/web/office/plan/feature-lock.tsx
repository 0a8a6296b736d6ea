import type { PlanFeature } from '@concierge/contract/plans.ts';
import { IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../i18n.ts';
import './feature-lock.css';

/** Stands where a feature would be used that the plan does not have: what it belongs to, and where one reads more. */
export function FeatureLock({ feature }: { feature: PlanFeature }) {
  const { t } = useWords();
  return (
    <p className="feature-lock">
      <IconLock size={16} aria-hidden />
      <span>
        {t(`plan.notIncluded.${feature}`)} <Link to="/plan">{t('plan.toPlan')}</Link>
      </span>
    </p>
  );
}

/** The short sign of it, beside the name of something that can still be looked at. */
export function LockSign() {
  const { t } = useWords();
  return (
    <span className="lock-sign">
      <IconLock size={14} aria-hidden />
      {t('plan.lock')}
    </span>
  );
}
