/** What stands on the label of a device, for whoever hangs it up. Both languages are printed. */
export const labelWords = {
  instruction: {
    el: 'Δώστε ρεύμα και δίκτυο. Η οθόνη συνδέεται μόνη της.',
    en: 'Give it power and network. The screen connects itself.',
  },
} as const;
