import './resting.css';

/** Black glass, for the hours in which the lobby sleeps: what stays when a display cannot be switched off. */
export function RestingScene() {
  return <section className="resting" />;
}
