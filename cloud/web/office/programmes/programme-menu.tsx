import { ActionIcon, Menu } from '@mantine/core';
import { IconCopy, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useWords } from '../i18n.ts';

/** What can be done with a programme as a whole. */
export function ProgrammeMenu({
  name,
  disabled = false,
  onRename,
  onCopy,
  onRemove,
}: {
  name: string;
  /** While the server does not have it as it is seen. */
  disabled?: boolean;
  onRename(): void;
  onCopy(): void;
  /** Missing where it is worked on. */
  onRemove?: () => void;
}) {
  const { t } = useWords();
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={t('table.actionsOf', { name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} aria-haspopup="dialog" disabled={disabled} onClick={onRename}>
          {t('programme.rename')}
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} aria-haspopup="dialog" disabled={disabled} onClick={onCopy}>
          {t('programme.copy')}
        </Menu.Item>
        {onRemove !== undefined && (
          <Menu.Item color="alert" leftSection={<IconTrash size={16} aria-hidden />} aria-haspopup="dialog" onClick={onRemove}>
            {t('programme.remove')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
