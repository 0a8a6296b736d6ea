import { useMantineColorScheme } from '@mantine/core';
import { useState } from 'react';
import { chosenTheme, rememberTheme, showTheme, type ThemeChoice } from '../../ui/theme.ts';

/** Light, dark, or as the device says; Mantine is told the same. */
export function useThemeChoice(): [ThemeChoice, (choice: ThemeChoice) => void] {
  const { setColorScheme } = useMantineColorScheme();
  const [choice, setChoice] = useState(chosenTheme);
  return [
    choice,
    (next) => {
      rememberTheme(next);
      showTheme(next);
      setColorScheme(next === 'system' ? 'auto' : next);
      setChoice(next);
    },
  ];
}
