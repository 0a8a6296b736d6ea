import type { PlanStanding } from '@concierge/contract/http/plan.ts';
import { PlanFeature, planTable } from '@concierge/contract/plans.ts';
import { IconCheck, IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useWords } from '../i18n.ts';
import { Notice } from '../pieces/notice.tsx';
import { ScreenHeader } from '../pieces/screen-header.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { usePlanWords } from './plan-words.ts';
import { planQuery } from './queries.ts';
import './plan-screen.css';

/** What the office has, until when, and what a fuller plan would add. */
export function PlanScreen() {
  const { t } = useWords();
  const { data: plan, error, refetch } = useQuery(planQuery);
  return (
    <>
      <ScreenHeader title={t('plan.title')} about={t('plan.about')} />
      {error !== null && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {plan === undefined && error === null && <ListSkeleton rows={5} />}
      {plan !== undefined && <Standing plan={plan} />}
    </>
  );
}

function Standing({ plan }: { plan: PlanStanding }) {
  const { t } = useWords();
  const { warning } = usePlanWords();
  const words = warning(plan);
  return (
    <div className="plan-page">
      <section className="plan-part" aria-labelledby="plan-have">
        <h2 id="plan-have" className="plan-have">
          <span className="muted">{t('plan.have')}</span>
          <span className="plan-name">
            {t(`plan.name.${plan.plan}`)}
            {plan.trial && <span className="plan-trial">{t('plan.trial')}</span>}
          </span>
        </h2>
        {words === null ? <Dates plan={plan} /> : <Notice>{words}</Notice>}
        {plan.next !== null && <Next next={plan.next} />}
      </section>
      {words !== null && (
        <section className="plan-part">
          <h2>{t('plan.afterwardsTitle')}</h2>
          <p>{t('plan.afterwards')}</p>
        </section>
      )}
      <section className="plan-part">
        <h2>{t('plan.fuller')}</h2>
        <ul className="plan-features">
          {PlanFeature.options
            .filter((feature) => planTable.premium[feature] && !planTable.basic[feature])
            .map((feature) => (
              <Feature key={feature} feature={feature} has={plan.features.includes(feature)} />
            ))}
        </ul>
      </section>
      <section className="plan-part">
        <h2>{t('plan.always')}</h2>
        <p>{t('plan.alwaysText')}</p>
      </section>
      <section className="plan-part">
        <h2>{t('plan.how')}</h2>
        <p>{t('plan.howText')}</p>
      </section>
    </div>
  );
}

function Dates({ plan: { plan, since, until } }: { plan: PlanStanding }) {
  const { t } = useWords();
  const { day, lastDay } = usePlanWords();
  return (
    <p>
      {since !== null && `${t('plan.since', { from: day(since) })} `}
      {until !== null ? t('plan.until', { last: lastDay(until) }) : t(plan === 'basic' ? 'plan.basicStands' : 'plan.openEnded')}
    </p>
  );
}

function Next({ next: { plan, from } }: { next: NonNullable<PlanStanding['next']> }) {
  const { t } = useWords();
  const { day } = usePlanWords();
  return <p>{t('plan.next', { from: day(from), plan: t(`plan.name.${plan}`) })}</p>;
}

function Feature({ feature, has }: { feature: PlanFeature; has: boolean }) {
  const { t } = useWords();
  const Sign = has ? IconCheck : IconLock;
  return (
    <li>
      <Sign size={20} aria-hidden className={has ? 'word-positive' : 'muted'} />
      <span>
        <strong>{t(`plan.feature.${feature}.name`)}</strong> {t(`plan.feature.${feature}.about`)}
      </span>
      <span className={has ? 'word-positive' : 'muted'}>{t(has ? 'plan.included' : 'plan.missing')}</span>
    </li>
  );
}
