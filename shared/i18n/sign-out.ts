/** The one button that the office, the residents' page and the e-mail about a session that we closed all name: it must have the same name in each. */
export const signOutWords = {
  el: { everywhere: 'Αποσύνδεση από όλες τις συσκευές' },
  en: { everywhere: 'Sign out on all devices' },
};
