/** Every text of the soak carries a mark, by which it is known again on the glass: N for an announcement of the cloud, S for a text that the office arranged, F for a fact, X for what an attacker made up. */
export const MARK = /\b[NSFX]\d{5}\b/g;
export const marksIn = (text: string): readonly string[] => text.match(MARK) ?? [];
export const isForged = (mark: string): boolean => mark.startsWith('X');
export const isFact = (mark: string): boolean => mark.startsWith('F');
export const isArranged = (mark: string): boolean => mark.startsWith('S');
