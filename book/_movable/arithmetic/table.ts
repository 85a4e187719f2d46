/** A broken line as a table for a chip, its numbers rounded to a given count of bits after the point. */

import { at as lineAt, type Line } from "./line.ts";

/** On its piece the table gives value + slope · (x − left). */
export interface Row {
  readonly left: number;
  readonly value: number;
  readonly slope: number;
}

/** The rows of a line whose knots, heights and slopes are rounded to multiples of 2^−bits. */
export function rounded({ knots, values }: Line, bits: number): Row[] {
  const unit = 2 ** -bits;
  const round = (number: number) => Math.round(number / unit) * unit;
  const [from, to] = [knots[0], knots[knots.length - 1]];
  const places = knots.map(round).filter((place, i, all) => i === 0 || place > all[i - 1]);
  const heights = places.map((place) => round(lineAt({ knots, values }, Math.min(Math.max(place, from), to))));
  return places.slice(0, -1).map((left, i) => ({
    left,
    value: heights[i],
    slope: round((heights[i + 1] - heights[i]) / (places[i + 1] - left)),
  }));
}

/** What the table gives at x, by the last row that begins at or before it. */
export function lookedUp(rows: readonly Row[], x: number): number {
  let low = 0;
  let high = rows.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rows[middle].left <= x) low = middle;
    else high = middle;
  }
  const { left, value, slope } = rows[low];
  return value + slope * (x - left);
}
