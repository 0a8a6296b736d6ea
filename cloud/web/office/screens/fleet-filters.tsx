import { AlertKind, type DeviceFilter, DeviceSort, DeviceState, type FleetCounts } from '@concierge/contract/http/fleet.ts';
import { NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useWords } from '../i18n.ts';

/** What the address says of the fleet. */
export interface FleetAddress extends DeviceFilter {
  readonly sort?: DeviceSort | undefined;
  readonly by?: 'building' | undefined;
}

/** Letters come quicker than answers are worth asking for. */
const TYPING_MS = 250;

/** Which screens, in which order, in which shape. All of it stands in the address. */
export function FleetFilters({
  address,
  counts,
  onAddress,
}: {
  address: FleetAddress;
  counts: FleetCounts | undefined;
  onAddress(change: FleetAddress): void;
}) {
  const { t } = useWords();
  const id = useId();
  const alertOption = (kind: AlertKind) => {
    const count = counts?.alerts[kind] ?? 0;
    return { value: kind, label: `${t(`fleet.alert.${kind}`)} (${count})`, disabled: count === 0 && address.alert !== kind };
  };
  return (
    <div className="fleet-filters">
      <div className="fleet-states" role="group" aria-labelledby={`${id}-states`}>
        <span id={`${id}-states`} className="visually-hidden">
          {t('fleet.stateFilter')}
        </span>
        {[undefined, ...DeviceState.options].map((state) => {
          const count = state === undefined ? counts?.total : counts?.states[state];
          if (state !== undefined && count === 0 && address.state !== state) return null;
          return (
            <button
              key={state ?? 'all'}
              type="button"
              className="fleet-state"
              aria-pressed={address.state === state}
              onClick={() => onAddress({ state: address.state === state ? undefined : state })}
            >
              <span className={state === undefined ? undefined : `status fleet-sign-${state}`}>
                {state === undefined ? t('fleet.all') : t(`fleet.state.${state}`)}
              </span>
              <span className="fleet-state-count">{count ?? '–'}</span>
            </button>
          );
        })}
      </div>
      <div className="fleet-fields">
        <SearchField value={address.q ?? ''} onValue={(q) => onAddress({ q: q === '' ? undefined : q })} />
        <NativeSelect
          label={t('fleet.alertFilter')}
          value={address.alert ?? ''}
          onChange={(event) => onAddress({ alert: AlertKind.safeParse(event.currentTarget.value).data })}
          data={[{ value: '', label: t('fleet.anyAlert') }, ...AlertKind.options.map(alertOption)]}
        />
        <NativeSelect
          label={t('fleet.versionFilter')}
          value={address.version ?? ''}
          onChange={(event) => onAddress({ version: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: t('fleet.anyVersion') },
            ...versionsOf(counts, address.version).map(({ version, count }) => ({ value: version, label: `${version} (${count})` })),
          ]}
        />
        <NativeSelect
          label={t('fleet.sortLabel')}
          value={address.sort ?? 'name'}
          disabled={address.by === 'building'}
          onChange={(event) => onAddress({ sort: DeviceSort.safeParse(event.currentTarget.value).data })}
          data={DeviceSort.options.map((sort) => ({ value: sort, label: t(`fleet.sort.${sort}`) }))}
        />
        <NativeSelect
          label={t('fleet.group')}
          value={address.by ?? ''}
          onChange={(event) => onAddress({ by: event.currentTarget.value === 'building' ? 'building' : undefined })}
          data={[
            { value: '', label: t('fleet.grouping.none') },
            { value: 'building', label: t('fleet.grouping.building') },
          ]}
        />
      </div>
    </div>
  );
}

/** A version in the address that no screen has any more can still be read, and taken away. */
function versionsOf(counts: FleetCounts | undefined, chosen: string | undefined): { version: string; count: number }[] {
  const known = counts?.versions ?? [];
  return chosen === undefined || known.some(({ version }) => version === chosen) ? known : [{ version: chosen, count: 0 }, ...known];
}

function SearchField({ value, onValue }: { value: string; onValue(value: string): void }) {
  const { t } = useWords();
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  const tell = useEffectEvent(onValue);
  // The address may change by itself: a link, the way back.
  useEffect(() => {
    if (value !== told.current) setTyped(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = wanted;
      tell(wanted);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <TextInput
      type="search"
      label={t('fleet.search')}
      placeholder={t('fleet.searchHint')}
      value={typed}
      maxLength={100}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
