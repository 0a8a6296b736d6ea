/** The sign of the house: a sun on the line of the sea. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden>
      <circle cx="12" cy="9.4" r="6" fill="var(--mark-sun, #f4b545)" />
      <path d="M1.5 18.2h21M6.5 22h11" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
