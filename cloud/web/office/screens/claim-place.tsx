import { ClaimConfirmBody, type FoundClaim } from '@concierge/contract/http/device-claims.ts';
import type { Device } from '@concierge/contract/http/devices.ts';
import { Button, Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { ApiProblem, problemWords } from '../../ui/api/problem.ts';
import { localized } from '../../ui/words/language.ts';
import { buildingsQuery } from '../buildings/queries.ts';
import { useWords } from '../i18n.ts';
import { type FieldFault, fieldFaults } from '../pieces/field-faults.ts';
import { useFocusFirst } from '../pieces/focus-first.ts';
import { Notice } from '../pieces/notice.tsx';
import { queryKeys } from '../query-keys.ts';
import { confirmClaim } from './queries.ts';

/** The second step: which words it shows, and where it hangs. Wrong words end the claim, so they are chosen and not just nodded at. */
export function ClaimPlace({
  found,
  onClaimed,
  onEnded,
}: {
  found: FoundClaim;
  onClaimed(device: Device): void;
  /** The claim is over; `null` when the person wants another code. */
  onEnded(problem: unknown): void;
}) {
  const { t, language } = useWords();
  const queryClient = useQueryClient();
  const { data: buildings } = useQuery(buildingsQuery);
  const [words, setWords] = useState('');
  const [buildingId, setBuildingId] = useState('');
  const [name, setName] = useState(t('screens.claim.usualName'));
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
    const body = ClaimConfirmBody.safeParse({
      words: found.wordPairs.find((pair) => pair.el === words),
      buildingId: chosenBuilding,
      name,
      placement: placement.trim() === '' ? null : placement,
    });
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
      const device = await confirmClaim(found.claimId, body.data);
      void queryClient.invalidateQueries({ queryKey: queryKeys.devices });
      onClaimed(device);
    } catch (failed) {
      if (failed instanceof ApiProblem && (failed.code === 'claim-words-wrong' || failed.code === 'claim-ended')) {
        onEnded(failed);
        return;
      }
      setProblem(failed);
      setBusy(false);
    }
  };
  const other = language === 'el' ? 'en' : 'el';

  return (
    <form ref={step} noValidate onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
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
            {found.wordPairs.map((pair, index) => (
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
        {buildings?.length !== 1 && (
          <NativeSelect
            label={t('screens.claim.building')}
            value={buildingId}
            onChange={(event) => setBuildingId(event.currentTarget.value)}
            data={[
              { value: '', label: t('screens.claim.chooseBuilding') },
              ...(buildings ?? []).map((building) => ({ value: building.id, label: localized(building.name, language) })),
            ]}
            error={faults['buildingId'] === undefined ? undefined : t('screens.claim.buildingFault')}
            withAsterisk
          />
        )}
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
        <p className="muted">{t('screens.claim.device', { serial: found.serial, version: found.agentVersion })}</p>
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onEnded(null)}>
            {t('screens.claim.anotherCode')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('screens.claim.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
