import type { DeviceCommand } from '@concierge/contract/http/device-commands.ts';
import type { Device } from '@concierge/contract/http/devices.ts';
import { CommandName } from '@concierge/contract/mqtt/command.ts';
import { Button, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { problemWords } from '../../ui/api/problem.ts';
import { useNowMs } from '../../ui/use-now.ts';
import { ageWords } from '../../ui/words/age.ts';
import { useWords } from '../i18n.ts';
import { Dialog } from '../pieces/dialog.tsx';
import { Notice } from '../pieces/notice.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { queryKeys } from '../query-keys.ts';
import { commandDevice, commandsQuery } from './queries.ts';

/** What a screen can be asked to do at a distance, and what became of what it was asked. */
export function CommandsDialog({ device, onClose }: { device: Device; onClose(): void }) {
  const { t, language } = useWords();
  const id = useId();
  const queryClient = useQueryClient();
  const [sending, setSending] = useState<CommandName | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const send = async (command: CommandName) => {
    setSending(command);
    setProblem(null);
    try {
      await commandDevice(device.id, command);
      await queryClient.invalidateQueries({ queryKey: queryKeys.deviceCommands(device.id) });
    } catch (failed) {
      setProblem(failed);
    } finally {
      setSending(null);
    }
  };
  return (
    <Dialog title={t('screens.commands.title', { name: device.name })} onClose={onClose}>
      <Stack gap="md">
        <p className="muted">{t('screens.commands.about')}</p>
        <ul className="screen-commands">
          {CommandName.options.map((command, index) => (
            <li key={command}>
              <Button
                variant="default"
                aria-describedby={`${id}-${command}`}
                loading={sending === command}
                disabled={sending !== null && sending !== command}
                onClick={() => void send(command)}
                {...(index === 0 ? { 'data-autofocus': true } : {})}
              >
                {t(`screens.commands.${command}`)}
              </Button>
              <p className="muted" id={`${id}-${command}`}>
                {t(`screens.commands.${command}Hint`)}
              </p>
            </li>
          ))}
        </ul>
        {problem !== null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
        <History deviceId={device.id} />
      </Stack>
    </Dialog>
  );
}

/** The server decides what has run out when it is asked; in between this page's own clock does. */
function outcomeAt(command: DeviceCommand, nowMs: number): DeviceCommand['outcome'] {
  return command.outcome === 'waiting' && Date.parse(command.expiresAt) <= nowMs ? 'expired' : command.outcome;
}

function History({ deviceId }: { deviceId: string }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const { data: commands, error, refetch } = useQuery(commandsQuery(deviceId));
  return (
    <section aria-live="polite">
      <h3 className="field-label">{t('screens.commands.history')}</h3>
      {error !== null && commands === undefined && <ReadProblem problem={error} onRetry={() => void refetch()} />}
      {commands === undefined && error === null && <ListSkeleton rows={2} />}
      {commands?.length === 0 && <p className="muted">{t('screens.commands.none')}</p>}
      <ul className="screen-command-history">
        {commands?.slice(0, 6).map((command) => {
          const outcome = outcomeAt(command, nowMs);
          return (
            <li key={command.id}>
              {t(`screens.commands.${command.command}`)} —{' '}
              <span className={outcome === 'done' ? 'word-positive' : 'muted'}>{t(`screens.commands.outcome.${outcome}`)}</span>
              {outcome === 'done' && command.words !== null && `, ${t('screens.commands.shows', { words: command.words[language] })}`}{' '}
              <span className="muted">{ageWords(nowMs - Date.parse(command.issuedAt), language)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
