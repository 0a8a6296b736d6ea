import type { Building } from '@concierge/contract/http/buildings.ts';
import { ActionIcon, Menu } from '@mantine/core';
import { IconArchive, IconDots, IconPencil } from '@tabler/icons-react';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';

/** What can be done with a building from the list of them. */
export function BuildingMenu({ building, onEdit, onArchive }: { building: Building; onEdit(): void; onArchive(): void }) {
  const { t, language } = useWords();
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={t('table.actionsOf', { name: localized(building.name, language) })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
          {t('building.edit')}
        </Menu.Item>
        <Menu.Item leftSection={<IconArchive size={16} aria-hidden />} onClick={onArchive}>
          {t('building.archive')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
