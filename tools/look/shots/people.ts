import { sampleConnectReply } from '../samples/screens.ts';
import { answer, failed, nothing, outage, type Places, refusal, type Shot } from '../shot.ts';

/** What is in reach everywhere in the office, and what residents and passers-by see. */
export function peopleShots({ full }: Places): Shot[] {
  const office = '/office/buildings';
  const home = `${office}/${full}`;
  const announcements = /\/api\/announcements/;
  const connect = /\/api\/kiosk\/connect/;
  const token = `/j/${'A'.repeat(58)}`;
  return [
    {
      name: 'search',
      path: home,
      as: 'manager',
      async act(page) {
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox').fill('Α');
      },
    },
    {
      name: 'user-menu',
      path: office,
      as: 'manager',
      async act(page) {
        const menu = page.getByRole('button', { name: /^(Άνοιγμα μενού|Open the menu)$/ });
        if (await menu.isVisible()) await menu.click();
        await page.locator('.user-button:visible').click();
      },
    },
    { name: 'office-as-resident', path: office, as: 'resident' },
    { name: 'no-such-page', path: '/office/nothing/here', as: 'manager' },
    { name: 'resident-login', path: '/resident/login', as: 'nobody' },
    { name: 'resident-home', path: '/resident', as: 'resident' },
    { name: 'resident-quiet', path: '/resident', as: 'resident', before: (page) => answer(page, announcements, nothing) },
    {
      name: 'resident-outage',
      path: '/resident',
      as: 'resident',
      before: (page) => answer(page, /\/api\/buildings/, outage, 503),
      act: failed,
    },
    { name: 'join-proven', path: token, as: 'nobody', before: (page) => answer(page, connect, sampleConnectReply(full, Date.now())) },
    { name: 'join-refused', path: token, as: 'nobody', before: (page) => answer(page, connect, refusal('presence-expired', 410), 410) },
    { name: 'public', path: `/public/${full}`, as: 'nobody' },
    {
      name: 'public-unknown',
      path: `/public/${full}`,
      as: 'nobody',
      before: (page) => answer(page, /\/api\/public-info\//, refusal('not-found', 404), 404),
    },
  ];
}
