import type { ReactNode } from 'react';
import './notice.css';

/** A box that says what happened. An alert is read out at once; the others when the reader pauses. */
export function Notice({
  tone = 'plain',
  children,
  actions,
}: {
  tone?: 'plain' | 'alert' | 'positive';
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={`notice-box notice-box-${tone}`} role={tone === 'alert' ? 'alert' : 'status'}>
      <div>{children}</div>
      {actions !== undefined && <div className="notice-box-actions">{actions}</div>}
    </div>
  );
}
