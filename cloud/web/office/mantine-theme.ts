import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/** Mantine wants ten shades of a colour; ours are single, and light or dark is decided inside the token. */
function single(token: string): MantineColorsTuple {
  const colour = `var(--${token})`;
  return [colour, colour, colour, colour, colour, colour, colour, colour, colour, colour];
}

const variantColorResolver: VariantColorsResolver = (input) => {
  const resolved = defaultVariantColorsResolver(input);
  const token = input.color === 'alert' || input.color === 'positive' ? input.color : 'accent';
  switch (input.variant) {
    case 'filled':
      return {
        ...resolved,
        background: `var(--${token})`,
        hover: `color-mix(in oklab, var(--${token}), var(--ink) 18%)`,
        color: `var(--on-${token})`,
      };
    case 'default':
      return {
        ...resolved,
        background: 'var(--surface)',
        hover: 'var(--sunken)',
        color: 'var(--ink)',
        border: '1px solid var(--line-strong)',
      };
    case 'light':
      return { ...resolved, background: `var(--${token}-soft)`, hover: `var(--${token}-soft)`, color: `var(--${token})` };
    case 'subtle':
      return { ...resolved, background: 'transparent', hover: `var(--${token}-soft)`, color: `var(--${token})` };
    default:
      return resolved;
  }
};

/** A dialog's header is no banner of the page; a form over a drawer would make it two of them. */
const plainHeader = { header: { role: 'presentation' } };

/** Mantine's parts in our type, space and colours; nothing of its own palette is left visible. */
export const mantineTheme = createTheme({
  fontFamily: 'var(--font-text)',
  headings: { fontFamily: 'var(--font-text)', fontWeight: 'var(--weight-title)' },
  // The office's root is 112.5 % (office.css); Mantine's own sizes are meant for 100 %.
  scale: 0.8889,
  colors: { accent: single('accent'), alert: single('alert'), positive: single('positive') },
  primaryColor: 'accent',
  primaryShade: 6,
  defaultRadius: 'md',
  radius: {
    xs: 'var(--radius-small)',
    sm: 'var(--radius-small)',
    md: 'var(--radius-medium)',
    lg: 'var(--radius-large)',
    xl: 'var(--radius-large)',
  },
  spacing: { xs: 'var(--space-2)', sm: 'var(--space-3)', md: 'var(--space-4)', lg: 'var(--space-5)', xl: 'var(--space-6)' },
  fontSizes: { xs: 'var(--text-small)', sm: 'var(--text-small)', md: 'var(--text-small)', lg: 'var(--text-body)', xl: 'var(--text-lead)' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  shadows: {
    xs: 'none',
    sm: 'var(--elevation-menu)',
    md: 'var(--elevation-menu)',
    lg: 'var(--elevation-dialog)',
    xl: 'var(--elevation-dialog)',
  },
  focusRing: 'auto',
  respectReducedMotion: true,
  variantColorResolver,
  components: {
    Modal: {
      defaultProps: {
        centered: false,
        yOffset: '8dvh',
        overlayProps: { backgroundOpacity: 0.45 },
        transitionProps: { duration: 150 },
        attributes: plainHeader,
      },
    },
    Drawer: {
      defaultProps: {
        position: 'right',
        overlayProps: { backgroundOpacity: 0.35 },
        transitionProps: { duration: 180 },
        attributes: plainHeader,
      },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false } },
  },
});

const colours = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-bright': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-muted)',
  '--mantine-color-placeholder': 'var(--ink-muted)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--alert)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--sunken)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-disabled': 'var(--sunken)',
  '--mantine-color-disabled-color': 'var(--ink-muted)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-light': 'var(--accent-soft)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
};

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: { '--mantine-line-height': 'var(--leading-interface)' },
  light: colours,
  dark: colours,
});
