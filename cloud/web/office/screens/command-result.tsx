/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard (axe: scrollable-region-focusable) */
import type { DeviceCommand } from '@concierge/contract/http/device-commands.ts';
import type { Device } from '@concierge/contract/http/devices.ts';
import { Button, Group, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNowMs } from '../../ui/use-now.ts';
import { momentWords } from '../../ui/words/dates.ts';
import { counted } from '../../ui/words/fill.ts';
import { matchesSearch } from '../../ui/words/fold.ts';
import { useWords } from '../i18n.ts';
import { Notice } from '../pieces/notice.tsx';
import { ListSkeleton, ReadProblem } from '../pieces/states.tsx';
import { logQuery, resultPath } from './queries.ts';

const OFFICE_ZONE = 'Europe/Athens';

/** It comes below the commands, where nobody might look. A value of its own, so that it is called once and not each time something is drawn. */
const comeIntoView = (result: HTMLElement | null) => result?.scrollIntoView({ block: 'nearest' });

/** What a command brought: the picture of the glass, or the last lines of the log. */
export function CommandResult({ device, command, onClose }: { device: Device; command: DeviceCommand; onClose(): void }) {
  const { t, language } = useWords();
  const nowMs = useNowMs();
  const when = momentWords(Date.parse(command.issuedAt), language, OFFICE_ZONE, nowMs);
  const path = resultPath(device.id, command.id);
  const close = (
    <Button variant="subtle" onClick={onClose}>
      {t('screens.commands.result.close')}
    </Button>
  );
  const save = (
    <Button component="a" href={path} download variant="default">
      {t('screens.commands.result.save')}
    </Button>
  );
  return command.command === 'screenshot' ? (
    <Picture key={command.id} path={path} name={device.name} when={when} save={save} close={close} />
  ) : (
    <Lines key={command.id} deviceId={device.id} commandId={command.id} when={when} save={save} close={close} />
  );
}

interface Around {
  readonly when: string;
  readonly save: React.ReactNode;
  readonly close: React.ReactNode;
}

function Picture({ path, name, when, save, close }: Around & { path: string; name: string }) {
  const { t } = useWords();
  const [enlarged, setEnlarged] = useState(false);
  const [gone, setGone] = useState(false);
  if (gone) return <Notice actions={close}>{t('screens.commands.result.pictureGone')}</Notice>;
  return (
    <figure className="command-result">
      <div
        className="command-result-view"
        data-enlarged={enlarged}
        role="group"
        aria-label={t('screens.commands.result.area')}
        tabIndex={0}
      >
        <img
          src={path}
          alt={t('screens.commands.result.pictureAlt', { name, when })}
          onError={() => setGone(true)}
          onLoad={(event) => comeIntoView(event.currentTarget.closest('figure'))}
        />
      </div>
      <figcaption className="muted">{t('screens.commands.result.pictureTaken', { when })}</figcaption>
      <Group>
        <Button variant="default" aria-pressed={enlarged} onClick={() => setEnlarged(!enlarged)}>
          {t(enlarged ? 'screens.commands.result.fit' : 'screens.commands.result.enlarge')}
        </Button>
        {save}
        {close}
      </Group>
    </figure>
  );
}

function Lines({ deviceId, commandId, when, save, close }: Around & { deviceId: string; commandId: string }) {
  const { t, language } = useWords();
  const { data: text, error, refetch } = useQuery(logQuery(deviceId, commandId));
  const [search, setSearch] = useState('');
  if (error !== null && text === undefined) return <ReadProblem problem={error} onRetry={() => void refetch()} />;
  if (text === undefined) return <ListSkeleton rows={3} />;
  const lines = text.split('\n').filter((line) => line !== '' && matchesSearch(line, search));
  const forms = { one: t('screens.commands.result.lines.one'), other: t('screens.commands.result.lines.other') };
  return (
    <div className="command-result" ref={comeIntoView}>
      <p className="muted">{t('screens.commands.result.logTaken', { when })}</p>
      <TextInput
        type="search"
        label={t('screens.commands.result.search')}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <p className="muted" role="status">
        {lines.length === 0 ? t('screens.commands.result.noLines') : counted(forms, lines.length, language)}
      </p>
      {lines.length > 0 && (
        <div className="command-result-view">
          <pre className="command-result-log" role="group" aria-label={t('screens.commands.result.log')} tabIndex={0} translate="no">
            {lines.join('\n')}
          </pre>
        </div>
      )}
      <Group>
        {save}
        {close}
      </Group>
    </div>
  );
}
