import type { DeviceCommand } from '@concierge/contract/http/device-commands.ts';
import type { Device } from '@concierge/contract/http/devices.ts';
import { CommandName } from '@concierge/contract/mqtt/command.ts';
import { Button, Group, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useNowMs } from '../../ui/use-now.ts';
import { ageWords } from '../../ui/words/age.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { FeatureLock } from '../plan/feature-lock.tsx';
import { useHasFeature } from '../plan/queries.ts';
import { queryKeys } from '../query-keys.ts';
import { CommandResult } from './command-result.tsx';
import { commandDevice, commandsQuery } from './queries.ts';

/** What a screen can be asked to do at a distance, what became of what it was asked, and what it brought. */
export function CommandsDialog({ device, onClose }: { device: Device; onClose(): void }) {
  const { t, language } = useWords();
  const id = useId();
  const queryClient = useQueryClient();
  const has = useHasFeature();
  const isLocked = (command: CommandName) => command === 'screenshot' && !has('screenshots');
  const [sending, setSending] = useState<CommandName | null>(null);
  const [confirming, setConfirming] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  /** The command whose result is looked at; one that was just given shows itself when it has brought something. */
  const [shownId, setShownId] = useState<string | null>(null);
  const send = async (command: CommandName) => {
    setSending(command);
    setConfirming(false);
    setProblem(null);
    try {
      const issued = await commandDevice(device.id, command);
      if (command === 'logs' || command === 'screenshot') setShownId(issued.id);
      await queryClient.invalidateQueries({ queryKey: queryKeys.deviceCommands(device.id) });
    } catch (failed) {
      setProblem(failed);
    } finally {
      setSending(null);
    }
  };
  return (
    <Dialog title={t('screens.commands.title', { name: device.name })} size="xl" onClose={onClose}>
      <Stack gap="md">
        <p className="muted">{t('screens.commands.about')}</p>
        <ul className="screen-commands">
          {CommandName.options.map((command, index) => (
            <li key={command}>
              <Button
                variant="default"
                aria-describedby={`${id}-${command}`}
                loading={sending === command}
                disabled={isLocked(command) || (sending !== null && sending !== command)}
                onClick={() => (command === 'reboot' ? setConfirming(true) : void send(command))}
                {...(index === 0 ? { 'data-autofocus': true } : {})}
              >
                {t(`screens.commands.${command}`)}
              </Button>
              <div id={`${id}-${command}`}>
                <p className="muted">{t(`screens.commands.${command}Hint`)}</p>
                {isLocked(command) && <FeatureLock feature="screenshots" />}
              </div>
              {command === 'reboot' && confirming && (
                <ConfirmReboot onConfirm={() => void send('reboot')} onCancel={() => setConfirming(false)} />
              )}
            </li>
          ))}
        </ul>
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        <History device={device} shownId={shownId} onShow={setShownId} />
      </Stack>
    </Dialog>
  );
}

/** Stands below the command itself, so that nobody loses their place; the way back has the focus. */
function ConfirmReboot({ onConfirm, onCancel }: { onConfirm(): void; onCancel(): void }) {
  const { t } = useWords();
  return (
    <div className="screen-command-question" role="alertdialog" aria-label={t('screens.commands.reboot')}>
      <p>{t('screens.commands.rebootAsk')}</p>
      <Group>
        <Button variant="default" onClick={onCancel} autoFocus>
          {t('cancel')}
        </Button>
        <Button color="alert" onClick={onConfirm}>
          {t('screens.commands.rebootConfirm')}
        </Button>
      </Group>
    </div>
  );
}

/** The server decides what has run out when it is asked; in between this page's own clock does. */
function outcomeAt(command: DeviceCommand, nowMs: number): DeviceCommand['outcome'] {
  return command.outcome === 'waiting' && Date.parse(command.expiresAt) <= nowMs ? 'expired' : command.outcome;
}

function History({ device, shownId, onShow }: { device: Device; shownId: string | null; onShow(id: string | null): void }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { data: commands, error, refetch } = useQuery(commandsQuery(device.id));
  const shown = commands?.find(({ id, resultKept }) => resultKept && id === shownId);
  return (
    <>
      {shown !== undefined && <CommandResult device={device} command={shown} onClose={() => onShow(null)} />}
      <section aria-live="polite">
        <h3 className="field-label">{t('screens.commands.history')}</h3>
        {error !== null && commands === undefined && <ReadProblem problem={error} onRetry={() => void refetch()} />}
        {commands === undefined && error === null && <ListSkeleton rows={2} />}
        {commands?.length === 0 && <p className="muted">{t('screens.commands.none')}</p>}
        <ul className="screen-command-history">
          {commands?.slice(0, 6).map((command) => (
            <HistoryLine
              key={command.id}
              command={command}
              nowMs={nowMs}
              language={language}
              {...(command.resultKept && command.id !== shown?.id ? { onShow: () => onShow(command.id) } : {})}
            />
          ))}
        </ul>
      </section>
    </>
  );
}

function HistoryLine({
  command,
  nowMs,
  language,
  onShow,
}: {
  command: DeviceCommand;
  nowMs: number;
  language: 'el' | 'en';
  onShow?: () => void;
}) {
  const { t } = useWords();
  const outcome = outcomeAt(command, nowMs);
  const what = t(`screens.commands.${command.command}`);
  const age = ageWords(nowMs - Date.parse(command.issuedAt), language);
  return (
    <li>
      {what} — <span className={outcome === 'done' ? 'word-positive' : 'muted'}>{t(`screens.commands.outcome.${outcome}`)}</span>
      {outcome === 'done' && command.words !== null && `, ${t('screens.commands.shows', { words: command.words[language] })}`}{' '}
      <span className="muted">{age}</span>
      {onShow !== undefined && (
        <Button variant="subtle" size="compact-sm" aria-label={t('screens.commands.showOf', { what, age })} onClick={onShow}>
          {t('screens.commands.show')}
        </Button>
      )}
    </li>
  );
}
