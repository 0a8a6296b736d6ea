import { type BuildingPlace, type BuildingPlaceReply, type FoundPlace, PlaceBody } from '@concierge/contract/http/weather.ts';
import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { LocalizedInput, localizedOfDraft } from '../pieces/localized-input.tsx';
import { Notice } from '../pieces/notice.tsx';
import { RowDialog } from '../pieces/row-dialog.tsx';
import { useRowForm } from '../pieces/use-row-form.ts';
import { queryKeys } from '../query-keys.ts';
import { readPlace, savePlace, searchPlaces } from './queries.ts';
import './building-facts.css';

const draftOf = (place: FoundPlace | BuildingPlace | null) => ({
  name: { el: place?.name.el ?? '', en: place?.name.en ?? '' },
  latitude: place === null ? '' : String(place.latitude),
  longitude: place === null ? '' : String(place.longitude),
});

/** Which place's weather the building shows: found by its name, or typed. */
export function PlaceDialog({
  buildingId,
  place,
  city,
  canSearch,
  onClose,
  onDone,
}: {
  buildingId: string;
  place: BuildingPlace | null;
  /** What is looked for to begin with. */
  city: string;
  canSearch: boolean;
  onClose(): void;
  onDone(): void;
}) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const form = useRowForm<BuildingPlace, ReturnType<typeof draftOf>, PlaceBody>({
    row: place,
    draftOf,
    bodyOf: (typed) =>
      PlaceBody.safeParse({
        name: localizedOfDraft(typed.name),
        latitude: degreesOf(typed.latitude),
        longitude: degreesOf(typed.longitude),
        version: place?.version ?? null,
      }),
    create: async (body) => placeOf(await savePlace(buildingId, body)),
    save: async (_row, body, version) => placeOf(await savePlace(buildingId, { ...body, version })),
    readTheirs: async () => (await readPlace(buildingId)).place,
    readAgain: () => void queryClient.invalidateQueries({ queryKey: queryKeys.buildings }),
    onDone,
  });
  const { draft, faults, change } = form;
  const degrees = (name: 'latitude' | 'longitude') => (
    <TextInput
      label={t(`facts.place.${name}`)}
      value={draft[name]}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
      error={faults[name] === undefined ? undefined : t('facts.place.degreesFault')}
      inputMode="decimal"
      autoComplete="off"
      maxLength={12}
      withAsterisk
    />
  );
  return (
    <RowDialog
      form={form}
      title={t('facts.place.title')}
      submitLabel={t('save')}
      describe={(row) => `${row.name.el} (${row.latitude}, ${row.longitude})`}
      onClose={onClose}
    >
      <p className="muted">{t('facts.place.about')}</p>
      {canSearch && <PlaceSearch city={city} onFound={(found) => change(draftOf(found))} />}
      <LocalizedInput field="name" label={t('facts.place.name')} value={draft.name} onChange={(name) => change({ name })} faults={faults} />
      <div className="field-pair">
        {degrees('latitude')}
        {degrees('longitude')}
      </div>
    </RowDialog>
  );
}

function PlaceSearch({ city, onFound }: { city: string; onFound(place: FoundPlace): void }) {
  const { t, language } = useWords();
  const [words, setWords] = useState(city);
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<readonly FoundPlace[] | null>(null);
  const [chosen, setChosen] = useState<FoundPlace | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const search = async () => {
    if (words.trim().length < 2 || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      setFound(await searchPlaces(words.trim()));
    } catch (failed) {
      setProblem(failed);
    } finally {
      setBusy(false);
    }
  };
  // Enter searches; it must not send the dialog.
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    void search();
  };
  return (
    <div className="place-search">
      <div className="place-search-words">
        <TextInput
          label={t('facts.place.search')}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={onKey}
          autoComplete="off"
          maxLength={60}
          data-autofocus
        />
        <Button variant="default" loading={busy} leftSection={<IconSearch size={16} aria-hidden />} onClick={() => void search()}>
          {t('facts.place.find')}
        </Button>
      </div>
      <div aria-live="polite">
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        {found?.length === 0 && <p className="muted">{t('facts.place.noneFound')}</p>}
        {found !== null && found.length > 0 && (
          <ul className="place-found" aria-label={t('facts.place.found', { count: found.length })}>
            {found.map((place) => (
              <li key={`${place.latitude} ${place.longitude} ${place.region}`}>
                <button
                  type="button"
                  aria-pressed={place === chosen}
                  onClick={() => {
                    setChosen(place);
                    onFound(place);
                  }}
                >
                  <strong>{localized(place.name, language)}</strong> <span className="muted">{place.region}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <p className="muted place-source">{t('facts.place.source')}</p>
    </div>
  );
}

/** A comma is a point; what is no number is refused by the schema. */
function degreesOf(typed: string): unknown {
  const plain = typed.trim().replace(',', '.').replace('\u2212', '-');
  return /^-?\d{1,3}(\.\d{1,8})?$/.test(plain) ? Number(plain) : typed;
}

function placeOf({ place }: BuildingPlaceReply): BuildingPlace {
  if (place === null) throw new Error('a place that was saved is there');
  return place;
}
