import { PlaceBody } from '@concierge/contract/http/device-batches.ts';
import { ClaimConfirmBody, type WordPair } from '@concierge/contract/http/device-claims.ts';
import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { type FieldFault, fieldFaults } from '../pieces/field-faults.ts';
import { useFocusFirst } from '../pieces/focus-first.ts';
import { Notice } from '../pieces/notice.tsx';
import { BuildingChoice } from './building-choice.tsx';

/**
 * Which words a new screen shows, and where it hangs. Wrong words end its claim, so they are chosen and not just nodded at; a machine that has not come yet shows none, and is not asked for
 * any.
 */
export function PlaceForm<Words extends readonly WordPair[] | null>({
  wordPairs,
  usual,
  about,
  submitLabel,
  secondary,
  onSubmit,
}: {
  wordPairs: Words;
  usual: { readonly name: string; readonly buildingId: string };
  about: ReactNode;
  submitLabel: string;
  secondary: ReactNode;
  /** What it throws is shown; the form waits until it is done. */
  onSubmit(place: Words extends null ? PlaceBody : ClaimConfirmBody): Promise<void>;
}) {
  const { t, language } = useWords();
  const { data: buildings } = useQuery(buildingsQuery);
  const [words, setWords] = useState('');
  const [buildingId, setBuildingId] = useState(usual.buildingId);
  const [name, setName] = useState(usual.name);
  const [placement, setPlacement] = useState('');
  const [faults, setFaults] = useState<Readonly<Record<string, FieldFault>>>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const step = useFocusFirst<HTMLFormElement>();
  // An office of one building is not asked which.
  const chosenBuilding = buildings?.length === 1 ? (buildings[0]?.id ?? '') : buildingId;

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const place = { buildingId: chosenBuilding, name, placement: placement.trim() === '' ? null : placement };
    const body =
      wordPairs === null
        ? PlaceBody.safeParse(place)
        : ClaimConfirmBody.safeParse({ ...place, words: wordPairs.find((pair) => pair.el === words) });
    setFaults(body.success ? {} : fieldFaults(body.error));
    setProblem(null);
    if (!body.success) {
      requestAnimationFrame(() => {
        const wrong = form.querySelector('[data-wrong] input[type="radio"], [aria-invalid="true"]');
        if (wrong instanceof HTMLElement) wrong.focus();
      });
      return;
    }
    setBusy(true);
    try {
      // Which of the two schemas read it follows from the words there were to choose from.
      await onSubmit(body.data as Parameters<typeof onSubmit>[0]);
    } catch (failed) {
      setProblem(failed);
      setBusy(false);
    }
  };
  const other = language === 'el' ? 'en' : 'el';

  return (
    <form ref={step} noValidate onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        {wordPairs !== null && (
          <Radio.Group
            label={t('screens.claim.words')}
            description={t('screens.claim.wordsHint')}
            value={words}
            onChange={setWords}
            error={faults['words'] === undefined ? undefined : t('screens.claim.wordsFault')}
            data-wrong={faults['words'] === undefined ? undefined : true}
            withAsterisk
          >
            <Stack gap="xs" mt="xs">
              {wordPairs.map((pair, index) => (
                <Radio
                  key={pair.el}
                  value={pair.el}
                  label={pair[language]}
                  description={<span lang={other}>{pair[other]}</span>}
                  {...(index === 0 ? { 'data-autofocus': true } : {})}
                />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <BuildingChoice
          label={t('screens.claim.building')}
          value={buildingId}
          choose={t('screens.claim.chooseBuilding')}
          error={faults['buildingId'] === undefined ? undefined : t('screens.claim.buildingFault')}
          isFirst={wordPairs === null}
          onChange={setBuildingId}
        />
        <TextInput
          label={t('screens.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faults['name'] === undefined ? undefined : t(`fault.${faults['name']}`)}
          maxLength={60}
          withAsterisk
        />
        <TextInput
          label={t('screens.placement')}
          description={t('screens.placementHint')}
          value={placement}
          onChange={(event) => setPlacement(event.currentTarget.value)}
          error={faults['placement'] === undefined ? undefined : t(`fault.${faults['placement']}`)}
          maxLength={120}
        />
        {about}
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        <Group justify="flex-end">
          {secondary}
          <Button type="submit" loading={busy} disabled={buildings === undefined}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
