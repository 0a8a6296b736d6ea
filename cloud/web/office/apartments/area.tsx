import { useWords } from '../i18n.ts';

const numbers = { el: new Intl.NumberFormat('el-GR'), en: new Intl.NumberFormat('en-GB') } as const;

/** «10.000 m²» on one line; a dash where nobody has measured. */
export function Area({ squareMetres }: { squareMetres: number | null }) {
  const { language } = useWords();
  return <span className="unbroken">{squareMetres === null ? '–' : `${numbers[language].format(squareMetres)} m²`}</span>;
}
