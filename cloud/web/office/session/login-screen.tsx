import { LoginBody } from '@concierge/contract/http/users.ts';
import { Button, PasswordInput, Radio, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type SubmitEvent, useEffect, useState } from 'react';
import { ApiProblem, problemWords } from '../../ui/api/problem.ts';
import { Mark } from '../../ui/mark.tsx';
import { useCapsLock } from '../../ui/use-caps-lock.ts';
import { chosenLanguage } from '../../ui/words/language.ts';
import { chooseLanguage, speak, useWords } from '../i18n.ts';
import { Notice } from '../pieces/notice.tsx';
import { queryKeys } from '../query-keys.ts';
import { returnAddress } from './return-address.ts';
import { logIn } from './session.ts';
import './login.css';

const route = getRouteApi('/login');

export function LoginScreen() {
  const { t, language } = useWords();
  const { next, ended } = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tenant, setTenant] = useState<string | null>(null);
  const [capsLock, watchCapsLock] = useCapsLock();
  const [faults, setFaults] = useState<{ email?: string; password?: string; tenant?: string }>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const offices = problem instanceof ApiProblem && problem.code === 'choose-tenant' ? problem.errors : null;

  useEffect(() => {
    document.title = `${t('login.title')} · New Concierge`;
  }, [t]);

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = LoginBody.safeParse({ email: email.trim(), password });
    const wrong = new Set(body.success ? [] : body.error.issues.map((issue) => issue.path[0]));
    const missing = {
      ...(wrong.has('email') ? { email: t('login.emailMissing') } : {}),
      ...(wrong.has('password') ? { password: t('login.passwordMissing') } : {}),
      ...(offices !== null && tenant === null ? { tenant: t('login.officeMissing') } : {}),
    };
    setFaults(missing);
    if (!body.success || Object.keys(missing).length > 0) return;
    setBusy(true);
    try {
      const me = await logIn({ ...body.data, ...(tenant === null ? {} : { tenant }) });
      queryClient.clear();
      queryClient.setQueryData(queryKeys.me, me);
      if (chosenLanguage() === null) speak(me.user.language);
      await navigate({ to: returnAddress(next), replace: true });
    } catch (failed) {
      setProblem(failed);
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <div className="login-sea" aria-hidden />
      <div className="login-card">
        <div className="login-brand">
          <span>
            <Mark />
            New Concierge
          </span>
          <Button
            variant="subtle"
            size="compact-sm"
            lang={language === 'el' ? 'en' : 'el'}
            aria-label={`${t('language.name')}: ${t('language.other')}`}
            onClick={() => chooseLanguage(language === 'el' ? 'en' : 'el')}
          >
            {t('language.other')}
          </Button>
        </div>
        <h1 className="screen-title">{t('login.title')}</h1>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <Stack gap="md">
            {ended && problem === null && <Notice>{t('login.ended')}</Notice>}
            {problem !== null && offices === null && <Notice tone="alert">{problemWords(problem, language)}</Notice>}
            <TextInput
              label={t('login.email')}
              type="email"
              autoComplete="username"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={faults.email}
              autoFocus
            />
            <PasswordInput
              label={t('login.password')}
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              onKeyUp={watchCapsLock}
              error={faults.password}
              description={capsLock ? t('login.capsLock') : undefined}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              visibilityToggleButtonProps={{ 'aria-label': t('login.showPassword'), tabIndex: 0, 'aria-hidden': false }}
            />
            {offices !== null && (
              <Radio.Group label={t('login.chooseOffice')} value={tenant} onChange={setTenant} error={faults.tenant}>
                <Stack gap="xs" mt="xs">
                  {offices.map(({ pointer, message }) => (
                    <Radio key={pointer} value={pointer.replace('/tenant/', '')} label={message} />
                  ))}
                </Stack>
              </Radio.Group>
            )}
            <Button type="submit" size="md" loading={busy}>
              {t('login.submit')}
            </Button>
            <p className="muted">{t('login.help')}</p>
          </Stack>
        </form>
      </div>
    </main>
  );
}
