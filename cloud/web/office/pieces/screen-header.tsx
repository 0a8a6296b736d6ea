import { type ReactNode, useEffect } from 'react';

/** The top of a screen: its one title, a line about it, and what can be done. */
export function ScreenHeader({ title, about, actions }: { title: string; about?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · New Concierge`;
  }, [title]);
  return (
    <header className="screen-header">
      <div>
        <h1 className="screen-title">{title}</h1>
        {about !== undefined && <p className="muted">{about}</p>}
      </div>
      {actions !== undefined && <div className="screen-actions">{actions}</div>}
    </header>
  );
}
