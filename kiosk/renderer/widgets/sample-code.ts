/** A code to look at, not to scan: what the preview shows where the screen shows the one of the moment. Rows of 29 modules as hexadecimal numbers, dark ones set. */
const ROWS =
  '1fdcf07f 10439641 1749795d 175ad65d 175abc5d 10500241 1fd5557f 00144800 117adbf9 0e32747f 1f64ec91 0217ac6b 02458c82 0635fc7f 0b79357d 02305953 155bdb82 1d8434fb 02f8f4d5 023fbf93 1b5599f9 001af311 1fd6235d 10464912 175aeffa 174f2d81 174e768f 10471d5b 1fdd29da';
const SIZE = 29;

export const sampleCode = {
  size: SIZE,
  path: ROWS.split(' ')
    .map((row, y) =>
      Array.from({ length: SIZE }, (_, x) => x)
        .filter((x) => (Number.parseInt(row, 16) >> (SIZE - 1 - x)) & 1)
        .map((x) => `M${x} ${y}h1v1h-1z`)
        .join(''),
    )
    .join(''),
} as const;
