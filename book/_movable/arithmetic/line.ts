/** A broken line: what every network in one input is. */

/** Knots from left to right, and the heights there; at least two of each. */
export interface Line {
  readonly knots: readonly number[];
  readonly values: readonly number[];
}

export type Interval = readonly [number, number];

/** The index of the piece that x lies on; the piece right of it where x is a knot. */
export function pieceAt(line: Line, x: number): number {
  let low = 0;
  let high = line.knots.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (line.knots[middle] <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** The slope of piece i. */
export function slope(line: Line, i: number): number {
  return (line.values[i + 1] - line.values[i]) / (line.knots[i + 1] - line.knots[i]);
}

/** The line's height at x, a point between its first knot and its last. */
export function at(line: Line, x: number): number {
  const i = pieceAt(line, x);
  const [left, right] = [line.knots[i], line.knots[i + 1]];
  // The last piece may have no length.
  if (x === right) return line.values[i + 1];
  // From the nearer end, so that both knots are met exactly.
  return x - left <= right - x
    ? line.values[i] + slope(line, i) * (x - left)
    : line.values[i + 1] - slope(line, i) * (right - x);
}
