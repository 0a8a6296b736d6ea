import { type ClaimLookupReply, normalUserCode, spacedUserCode, UserCode } from '@concierge/contract/http/device-claims.ts';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useWords } from '../i18n.ts';
import { useFocusFirst } from '../pieces/focus-first.ts';
import { Notice } from '../pieces/notice.tsx';
import { lookUpClaim } from './queries.ts';

/** The first step: the code on the new screen. One that came with the address (a phone scanned the screen) is looked up at once. */
export function ClaimCode({
  scanned,
  problem: earlier,
  onScannedTaken,
  onFound,
}: {
  scanned: string | undefined;
  /** Why this step is here again. */
  problem: unknown;
  /** It is looked up, and must not be once more by itself when the page is loaded again. */
  onScannedTaken(): void;
  onFound(found: ClaimLookupReply): void;
}) {
  const { t, language } = useWords();
  const [typed, setTyped] = useState(() => {
    const code = UserCode.safeParse(normalUserCode(scanned ?? ''));
    return code.success ? spacedUserCode(code.data) : '';
  });
  const [unreadable, setUnreadable] = useState(false);
  const [problem, setProblem] = useState<unknown>(earlier);
  const [busy, setBusy] = useState(false);

  const lookUp = async (text: string) => {
    const userCode = UserCode.safeParse(normalUserCode(text));
    setUnreadable(!userCode.success);
    setProblem(null);
    if (!userCode.success) return;
    setBusy(true);
    try {
      onFound(await lookUpClaim(userCode.data));
    } catch (failed) {
      setProblem(failed);
      setBusy(false);
    }
  };
  const step = useFocusFirst<HTMLFormElement>();
  const lookedUp = useRef(false);
  useEffect(() => {
    if (lookedUp.current || typed === '') return;
    lookedUp.current = true;
    onScannedTaken();
    void lookUp(typed);
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    lookedUp.current = true;
    void lookUp(typed);
  };

  return (
    <form ref={step} noValidate onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('screens.claim.code')}
          description={t('screens.claim.codeHint')}
          value={typed}
          onChange={(event) => {
            lookedUp.current = true;
            setTyped(event.currentTarget.value);
          }}
          error={unreadable ? t('screens.claim.codeFault') : undefined}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
          className="claim-code"
          withAsterisk
          data-autofocus
        />
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        <Group justify="flex-end">
          <Button type="submit" loading={busy}>
            {t('screens.claim.next')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
