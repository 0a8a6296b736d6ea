import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronUp } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { problemWords } from '../../ui/api/problem.ts';
import { chooseLanguage, useWords } from '../i18n.ts';
import { useToast } from '../pieces/toast.tsx';
import { logOut, useMe } from '../session/session.ts';
import { useThemeChoice } from './theme-choice.ts';

const themes = ['system', 'light', 'dark'] as const;
const languages = ['el', 'en'] as const;

export function UserMenu() {
  const { t, language } = useWords();
  const me = useMe();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const [theme, chooseTheme] = useThemeChoice();

  const leave = async (everywhere: boolean) => {
    try {
      await logOut(everywhere);
    } catch (problem) {
      toast({ tone: 'alert', text: `${t('user.stillIn')} ${problemWords(problem, language)}` });
      return;
    }
    await navigate({ to: '/login' });
    queryClient.clear();
  };

  return (
    <Menu position="top-start" width="15rem" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className="user-button">
          <span className="user-names">
            <span className="user-name">{me?.user.fullName}</span>
            <span className="muted">{me?.tenant.name}</span>
          </span>
          <IconChevronUp size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div role="group" aria-label={t('language.name')}>
          <Menu.RadioGroup
            value={language}
            onChange={(value) => {
              const chosen = languages.find((each) => each === value);
              if (chosen !== undefined) chooseLanguage(chosen);
            }}
          >
            <p className="menu-label" aria-hidden>
              {t('language.name')}
            </p>
            {languages.map((each) => (
              <Menu.RadioItem key={each} value={each} lang={each}>
                {t(`language.${each}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </div>
        <div role="group" aria-label={t('theme.name')}>
          <Menu.RadioGroup
            value={theme}
            onChange={(value) => {
              const chosen = themes.find((each) => each === value);
              if (chosen !== undefined) chooseTheme(chosen);
            }}
          >
            <p className="menu-label" aria-hidden>
              {t('theme.name')}
            </p>
            {themes.map((each) => (
              <Menu.RadioItem key={each} value={each}>
                {t(`theme.${each}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </div>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave(false)}>{t('user.logOut')}</Menu.Item>
        <Menu.Item onClick={() => void leave(true)}>{t('user.logOutEverywhere')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
