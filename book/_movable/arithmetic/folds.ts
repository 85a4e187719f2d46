/** A line that is folded: |x|, and the tent of it again and again; and what that makes of a parabola on [−1, 1]. */

import type { Line } from "./line.ts";

const even = (pieces: number) => Array.from({ length: pieces + 1 }, (_, i) => -1 + (2 * i) / pieces);

/** The line after so many folds: |x|, then tents; 2^folds pieces, from 0 to 1 or back. */
export function folded(folds: number): Line {
  const knots = even(2 ** folds);
  // All knots are dyadic, so that these are whole numbers.
  return { knots, values: knots.map((_, i) => (folds === 1 ? 1 - (i % 2) : i % 2)) };
}

/** Half way through one more fold: up to share ½ the upper half is turned down, from there on the rest is stretched. */
export function foldedOn(line: Line, share: number): Line {
  const turn = Math.cos(Math.PI * Math.min(2 * share, 1));
  const stretch = Math.max(2 * share, 1);
  const knots: number[] = [];
  const values: number[] = [];
  line.knots.forEach((knot, i) => {
    if (i > 0) {
      knots.push((line.knots[i - 1] + knot) / 2);
      values.push(stretch / 2);
    }
    knots.push(knot);
    const value = line.values[i];
    values.push(stretch * (value > 0.5 ? 0.5 + (value - 0.5) * turn : value));
  });
  return { knots, values };
}

/** Hidden neurons of the parabola that is folded so often: two for each of the first two layers, then three. */
export const neuronsOf = (folds: number) => (folds === 1 ? 2 : 3 * folds - 2);

/** The best error of so many pieces for x² on [−1, 1]. */
export const bestOfPieces = (pieces: number) => 1 / (2 * pieces * pieces);

/** The best error of so many neurons in a single hidden layer (chapter 5). */
export function bestOfOneLayer(neurons: number): number {
  const worth = neurons === 1 ? 1 : neurons % 2 ? neurons + 1 / 4 : neurons + 1;
  return bestOfPieces(worth);
}
