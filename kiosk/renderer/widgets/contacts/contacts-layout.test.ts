import { describe, expect, it } from 'vitest';
import { contactsLayout } from './contacts-layout.ts';

const contacts = (...numbers: readonly string[]) => numbers.map((number) => ({ name: 'Γραφείο', number }));
const three = contacts('112', '210 123 4567', '+30 210 765 4321');

describe('contactsLayout', () => {
  it('has a number beside its name where there is room, else below it', () => {
    expect(contactsLayout(three, { width: 17, height: 9 })).toMatchObject({ isNarrow: false, numberStep: 'body', isCut: false });
    expect(contactsLayout(three, { width: 10, height: 12 })).toMatchObject({ isNarrow: true, numberStep: 'body', isCut: false });
  });
  it('sets numbers smaller before it breaks one, and breaks at spaces before it breaks a figure off', () => {
    expect(contactsLayout(three, { width: 7, height: 12 })).toMatchObject({ numberStep: 'fine', isCut: false });
    const broken = contactsLayout(three, { width: 5, height: 15 });
    expect(broken.rows.map(({ lines }) => lines)).toEqual([['112'], ['210 123', '4567'], ['+30 210', '765 4321']]);
    expect(broken.isCut).toBe(false);
    const long = contactsLayout(contacts('+302101234567890'), { width: 5, height: 15 });
    expect([long.rows[0]?.lines.join(''), long.isCut]).toEqual(['+302101234567890', true]);
  });
  it('leaves out the heading before a number, and says that something is missing', () => {
    expect(contactsLayout(three, { width: 17, height: 6 })).toMatchObject({ hasHeading: false, rows: { length: 3 }, isCut: true });
    expect(contactsLayout(three, { width: 17, height: 3.5 })).toMatchObject({ rows: { length: 2 }, isCut: true });
    expect(contactsLayout(three, { width: 17, height: 9 })).toMatchObject({ hasHeading: true, rows: { length: 3 }, isCut: false });
  });
  it('makes everything smaller before anything is missing', () => {
    expect(contactsLayout(three, { width: 17, height: 7 })).toMatchObject({ nameStep: 'small', hasHeading: true, isCut: false });
  });
});
