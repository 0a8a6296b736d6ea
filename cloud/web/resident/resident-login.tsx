import { LoginBody, Me } from '@concierge/contract/http/users.ts';
import { type SubmitEvent, useId, useState } from 'react';
import type { ApiClient } from '../ui/api/client.ts';
import { ApiProblem, problemWords } from '../ui/api/problem.ts';
import { useSpoken } from '../ui/light/language-context.tsx';
import { LightPage } from '../ui/light/page.tsx';
import { useCapsLock } from '../ui/use-caps-lock.ts';
import { forgetState } from './kept-state.ts';

export function ResidentLogin({ api, sessionEnded, onDone }: { api: ApiClient; sessionEnded: boolean; onDone: () => void }) {
  const { words, language } = useSpoken();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tenant, setTenant] = useState<string | null>(null);
  const [shown, setShown] = useState(false);
  const [capsLock, watchCapsLock] = useCapsLock();
  const [faults, setFaults] = useState<{ email?: string; password?: string }>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const offices = problem instanceof ApiProblem && problem.code === 'choose-tenant' ? problem.errors : null;

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = LoginBody.safeParse({ email: email.trim(), password, ...(tenant === null ? {} : { tenant }) });
    if (!body.success) {
      const wrong = new Set(body.error.issues.map((issue) => issue.path[0]));
      setFaults({
        ...(wrong.has('email') ? { email: words.login.emailMissing } : {}),
        ...(wrong.has('password') ? { password: words.login.passwordMissing } : {}),
      });
      return;
    }
    setFaults({});
    setBusy(true);
    api.change(Me, { method: 'POST', path: '/api/users/token', body: body.data, withoutSession: true }).then(
      () => {
        // Whatever another person's session left on this phone goes.
        forgetState(localStorage);
        onDone();
      },
      (failed: unknown) => {
        setProblem(failed);
        setBusy(false);
      },
    );
  };

  return (
    <LightPage title={words.login.submit}>
      <h1 className="light-title">{words.login.title}</h1>
      <p className="light-address">{words.login.lead}</p>
      <form className="light-section stack" onSubmit={submit} noValidate>
        {sessionEnded && problem === null && <p className="message">{words.login.ended}</p>}
        {problem !== null && offices === null && (
          <p className="message message-alert" role="alert">
            {problemWords(problem, language)}
          </p>
        )}
        <div className="field">
          <label htmlFor={`${id}-email`}>{words.login.email}</label>
          <input
            id={`${id}-email`}
            type="email"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            aria-invalid={faults.email !== undefined}
            aria-describedby={`${id}-email-fault`}
          />
          <span id={`${id}-email-fault`} className="field-fault" role="alert">
            {faults.email}
          </span>
        </div>
        <div className="field">
          <label htmlFor={`${id}-password`}>{words.login.password}</label>
          <input
            id={`${id}-password`}
            type={shown ? 'text' : 'password'}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            onKeyUp={watchCapsLock}
            aria-invalid={faults.password !== undefined}
            aria-describedby={`${id}-password-fault`}
          />
          <div className="field-row">
            <span id={`${id}-password-fault`} className="field-fault" role="alert">
              {faults.password ?? (capsLock ? words.login.capsLock : null)}
            </span>
            <button type="button" className="quiet-button" onClick={() => setShown(!shown)}>
              {shown ? words.login.hide : words.login.show}
            </button>
          </div>
        </div>
        {offices !== null && (
          <fieldset className="message">
            <legend>{words.login.chooseOffice}</legend>
            {offices.map(({ pointer, message }) => {
              const slug = pointer.replace('/tenant/', '');
              return (
                <label key={slug} className="choice">
                  <input type="radio" name="tenant" checked={tenant === slug} onChange={() => setTenant(slug)} />
                  {message}
                </label>
              );
            })}
          </fieldset>
        )}
        <button type="submit" className="main-button" disabled={busy}>
          {busy ? words.login.submitting : words.login.submit}
        </button>
        <p className="muted">{words.login.privacy}</p>
      </form>
    </LightPage>
  );
}
