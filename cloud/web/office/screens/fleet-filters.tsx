import type { Building } from '@concierge/contract/http/buildings.ts';
import { ReleaseStanding } from '@concierge/contract/http/device-releases.ts';
import { AlertKind, type DeviceFilter, DeviceSort, DeviceState, type FleetCounts, FleetGrouping } from '@concierge/contract/http/fleet.ts';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';

/** What the address says of the fleet. */
export interface FleetAddress extends DeviceFilter {
  readonly sort?: DeviceSort | undefined;
  readonly by?: 'building' | FleetGrouping | undefined;
}

const groupings = ['building', ...FleetGrouping.options] as const;

/** Letters come quicker than answers are worth asking for. */
const TYPING_MS = 250;

/** Which screens, in which order, in which shape. All of it stands in the address. */
export function FleetFilters({
  address,
  counts,
  buildings,
  onAddress,
}: {
  address: FleetAddress;
  counts: FleetCounts | undefined;
  buildings: readonly Building[] | undefined;
  onAddress(change: FleetAddress): void;
}) {
  const { t, language } = useWords();
  const id = useId();
  const alertOption = (kind: AlertKind) => {
    const count = counts?.alerts[kind] ?? 0;
    return { value: kind, label: `${t(`fleet.alert.${kind}`)} (${count})`, disabled: count === 0 && address.alert !== kind };
  };
  const standingOption = (standing: ReleaseStanding) => ({
    value: standing,
    label: `${t(`release.standing.${standing}`)} (${counts?.standings[standing] ?? 0})`,
  });
  const ringOptions = (counts?.rings ?? []).map(({ ring, name, count }) => ({
    value: String(ring),
    label: `${t('release.ringName', { ring, name })} (${count})`,
  }));
  const takerCount = (counts?.rings ?? []).reduce((sum, { count }) => sum + count, 0);
  const noRingOption = { value: 'none', label: `${t('release.noRing')} (${counts?.withoutRing ?? 0})` };
  const inForce = [address.buildingId, address.alert, address.version, address.standing, address.ring, address.by].filter(
    (one) => one !== undefined,
  ).length;
  const [isOpen, setIsOpen] = useState(inForce > 0);
  // Where no screen takes releases there is nothing to choose; what the address says can still be taken away.
  const showsReleases = takerCount > 0 || address.ring !== undefined || address.standing !== undefined;
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
      <div className="fleet-fields" data-open={isOpen || undefined}>
        <SearchField value={address.q ?? ''} onValue={(q) => onAddress({ q: q === '' ? undefined : q })} />
        {/* On a phone the choices would push the list off the screen. */}
        <Button
          className="fleet-more-fields"
          variant="default"
          aria-expanded={isOpen}
          leftSection={<IconFilter size={18} aria-hidden />}
          onClick={() => setIsOpen(!isOpen)}
        >
          {inForce === 0 ? t('fleet.choices') : t('fleet.choicesInForce', { count: inForce })}
        </Button>
        {(buildings?.length ?? 0) > 1 && (
          <NativeSelect
            label={t('fleet.buildingFilter')}
            value={address.buildingId ?? ''}
            onChange={(event) => onAddress({ buildingId: event.currentTarget.value || undefined })}
            data={[
              { value: '', label: t('fleet.anyBuilding') },
              ...(buildings ?? []).map((building) => ({ value: building.id, label: localized(building.name, language) })),
            ]}
          />
        )}
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
        {showsReleases && (
          <NativeSelect
            label={t('release.filter')}
            value={address.standing ?? ''}
            onChange={(event) => onAddress({ standing: ReleaseStanding.safeParse(event.currentTarget.value).data })}
            data={[
              { value: '', label: t('release.anyStanding') },
              ...ReleaseStanding.options
                .filter((each) => each === address.standing || (counts?.standings[each] ?? 0) > 0)
                .map(standingOption),
            ]}
          />
        )}
        {showsReleases && (
          <NativeSelect
            label={t('release.ring')}
            value={address.ring ?? ''}
            onChange={(event) => onAddress({ ring: event.currentTarget.value || undefined })}
            data={[{ value: '', label: t('release.anyRing') }, ...ringOptions, noRingOption]}
          />
        )}
        <NativeSelect
          label={t('fleet.sortLabel')}
          value={address.sort ?? 'name'}
          disabled={address.by !== undefined}
          onChange={(event) => onAddress({ sort: DeviceSort.safeParse(event.currentTarget.value).data })}
          data={DeviceSort.options.map((sort) => ({ value: sort, label: t(`fleet.sort.${sort}`) }))}
        />
        <NativeSelect
          label={t('fleet.group')}
          value={address.by ?? ''}
          onChange={(event) => onAddress({ by: groupings.find((by) => by === event.currentTarget.value) })}
          data={[
            { value: '', label: t('fleet.grouping.none') },
            ...groupings.map((by) => ({ value: by, label: t(`fleet.grouping.${by}`) })),
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
