import { IconBolt, IconBuilding, IconDeviceDesktop, IconDoor } from '@tabler/icons-react';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react';
import { localized } from '../../ui/words/language.ts';
import { apartmentsQuery } from '../apartments/queries.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { chooseLanguage, useWords } from '../i18n.ts';
import { NativeDialog } from '../pieces/native-dialog.tsx';
import { devicesNamedQuery } from '../screens/queries.ts';
import { useMay } from '../session/session.ts';
import { buildingsToSearch, type SearchResult, searchResults } from './search-results.ts';
import './search-dialog.css';

const icons = { building: IconBuilding, apartment: IconDoor, screen: IconDeviceDesktop, action: IconBolt };

/** Goes anywhere by typing: buildings, apartments, screens and what can be done. */
export function SearchDialog({ onClose }: { onClose(): void }) {
  const { t, language } = useWords();
  const navigate = useNavigate();
  const { buildingId = null } = useParams({ strict: false });
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const mayWriteBuilding = useMay('building:write');
  const mayAnnounce = useMay('announcement:write');
  const { data: buildings = [] } = useQuery(buildingsQuery);
  const maySeeScreens = useMay('device:read');
  const typed = useDeferredValue(query.trim());
  const { data: devices = [] } = useQuery({
    ...devicesNamedQuery(typed),
    enabled: maySeeScreens && typed !== '',
    placeholderData: keepPreviousData,
  });
  const searched = buildingsToSearch(buildings, query, buildingId);
  const apartments = useQueries({
    queries: searched.map((building) => ({ ...apartmentsQuery(building.id), enabled: query.trim() !== '' })),
  });

  const actions = [
    ...(mayAnnounce && buildingId !== null ? [{ id: 'announce', label: t('announcement.new') }] : []),
    ...(mayWriteBuilding ? [{ id: 'new-building', label: t('building.new') }] : []),
    { id: 'screens', label: t('screens.many') },
    { id: 'buildings', label: t('building.many') },
    { id: 'plan', label: t('plan.title') },
    { id: 'language', label: `${t('language.name')}: ${t('language.other')}` },
  ];
  const results = searchResults(query, {
    actions,
    buildings,
    devices,
    currentId: buildingId,
    apartments: searched.map((building, index) => ({ building, items: apartments[index]?.data ?? [] })),
  });
  const chosen = Math.min(active, results.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const go = (result: SearchResult) => {
    onClose();
    switch (result.kind) {
      case 'building':
        return navigate({ to: '/buildings/$buildingId', params: { buildingId: result.building.id } });
      case 'apartment':
        return navigate({
          to: '/buildings/$buildingId/apartments',
          params: { buildingId: result.building.id },
          search: { open: result.apartment.id },
        });
      case 'screen':
        return navigate({ to: '/screens/$deviceId', params: { deviceId: result.device.id } });
      case 'action':
        return act(result.action.id);
    }
  };
  const act = (action: string) => {
    switch (action) {
      case 'announce':
        return navigate({ to: '/buildings/$buildingId/announcements', params: { buildingId: buildingId ?? '' }, search: { add: true } });
      case 'new-building':
        return navigate({ to: '/buildings', search: { add: true } });
      case 'screens':
        return navigate({ to: '/screens' });
      case 'plan':
        return navigate({ to: '/plan' });
      case 'language':
        return chooseLanguage(language === 'el' ? 'en' : 'el');
      default:
        return navigate({ to: '/buildings' });
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const result = results[chosen];
    if (step !== 0 && results.length > 0) {
      event.preventDefault();
      setActive((chosen + step + results.length) % results.length);
    } else if (event.key === 'Enter' && result !== undefined) {
      event.preventDefault();
      void go(result);
    }
  };

  const words = useMemo(
    () => ({
      of(result: SearchResult): { label: string; about: string } {
        switch (result.kind) {
          case 'building':
            return {
              label: localized(result.building.name, language),
              about: `${localized(result.building.addressLine, language)}, ${localized(result.building.city, language)}`,
            };
          case 'apartment':
            return { label: t('apartment.title', { label: result.apartment.label }), about: localized(result.building.name, language) };
          case 'screen':
            return { label: result.device.name, about: t('screens.one') };
          case 'action':
            return { label: result.action.label, about: '' };
        }
      },
    }),
    [t, language],
  );

  return (
    <NativeDialog label={t('search.open')} className="search-dialog" onClose={onClose}>
      <input
        className="search-input"
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen < 0 ? undefined : `${id}-${chosen}`}
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="search-list" id={`${id}-list`} role="listbox" aria-label={t('search.results')} ref={list}>
        {results.map((result, index) => {
          const { label, about } = words.of(result);
          const Icon = icons[result.kind];
          return (
            <div
              key={`${result.kind} ${label} ${about}`}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className="search-result"
              onPointerMove={() => setActive(index)}
              onClick={() => void go(result)}
              onKeyDown={onKeyDown}
            >
              <Icon size={18} aria-hidden />
              <span>{label}</span>
              <span className="muted">{about}</span>
            </div>
          );
        })}
      </div>
      {results.length === 0 && <p className="search-none muted">{t('table.noMatch', { query })}</p>}
      <p className="visually-hidden" role="status">
        {t('search.count', { count: results.length })}
      </p>
    </NativeDialog>
  );
}
