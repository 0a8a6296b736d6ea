/** What a drawing shows, in words: one row for each moment, newest first, as one looks for them. */
export function ValueTable({
  label,
  head,
  rows,
}: {
  label: string;
  head: readonly [string, string];
  /** Oldest first. */
  rows: readonly { readonly atMs: number; readonly cells: readonly [string, string] }[];
}) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls must be reached by the keyboard, or its end is out of reach
    <div className="line-chart-table" tabIndex={0} role="group" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{head[0]}</th>
            <th scope="col">{head[1]}</th>
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map(({ atMs, cells }) => (
            <tr key={atMs}>
              <th scope="row">{cells[0]}</th>
              <td>{cells[1]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
