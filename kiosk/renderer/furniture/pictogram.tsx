import type { AnnouncementCategory } from '@concierge/contract/mqtt/content.ts';

export type PictogramName = AnnouncementCategory | 'urgent' | 'offline';

/** Drawn on a grid of 24 with one weight of line, to be told apart from three metres. A word always stands beside them. */
const DRAWINGS: Readonly<Record<PictogramName, string>> = {
  general: 'M3.5 9.8v4.4h3.4l8.6 4.3v-13L6.900 9.800z M7.700 14.400l1.200 5.100h2.600l-1-4.100 M18.600 8.700a4.600 4.600 0 0 1 0 6.600',
  works: 'M3.500 20.500h17 M6.200 20.500l4-16.500h3.600l4 16.500 M9.100 9.500h5.800 M7.700 15h8.600',
  outage: 'M12 3v8.500 M7 6.300a8 8 0 1 0 10 0',
  cleaning:
    'M19.500 3.500l-6 7 M9.600 9.300c1.600-.9 4.200 1.300 4.700 3.200.4 1.800-.6 5.200-2.300 8H4.500c2.600-2.800 2.700-9.900 5.100-11.200z M8.700 20.300c1-1.200 1.600-2.700 1.900-4.200',
  assembly:
    'M12 4.200a2.900 2.900 0 1 1 0 5.800a2.900 2.900 0 1 1 0-5.800z M6.600 19.800v-1.400a5.400 5.400 0 0 1 10.800 0v1.400 M4.600 8.300a1.900 1.900 0 1 1 0 3.800 M1.600 17.400c.1-1.700 1.100-2.900 2.600-3.200 M19.400 8.300a1.900 1.900 0 1 0 0 3.800 M22.400 17.400c-.1-1.700-1.100-2.900-2.600-3.200',
  safety:
    'M12 2.800l7.500 2.900v5.500c0 4.700-3.100 8.200-7.500 10-4.400-1.800-7.500-5.300-7.500-10V5.700z M8.500 11.900l2.500 2.600 4.600-4.900',
  urgent: 'M12 3.200l9.800 17.300H2.200z M12 9.700v5 M12 17.700v.1',
  offline:
    'M4.500 11.500a11 11 0 0 1 4-2.500 M19.500 11.500a11 11 0 0 0-5.800-2.900 M7.700 15a6.600 6.600 0 0 1 4.300-1.700 M12 18.900v.1 M4 4l16 16',
};

export function Pictogram({ name }: { readonly name: PictogramName }) {
  return (
    <svg className="pictogram" viewBox="0 0 24 24" aria-hidden>
      <path d={DRAWINGS[name]} fill="none" stroke="currentColor" strokeWidth="1.9" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
