/** The curves to be approximated: as reluapprox.TARGETS, under the same names, and polylines that a reader draws. */

import { at, pieceAt, slope, type Interval, type Line } from "./line.ts";

export interface Target {
  readonly f: (x: number) => number;
  /** f′; at a corner either of the two, and ±∞ where f is vertical. */
  readonly derivative: (x: number) => number;
  readonly domain: Interval;
  /** Kinks and inflections inside the domain, from left to right: between two of them f′ is monotone. */
  readonly cuts: readonly number[];
  /** Where the target is itself a broken line. */
  readonly line?: Line;
}

const bend = 1 / Math.sqrt(75);

export const TARGETS: Readonly<Record<string, Target>> = {
  square: { f: (x) => x * x, derivative: (x) => 2 * x, domain: [-10, 10], cuts: [] },
  sine: {
    f: (x) => Math.sin(2 * Math.PI * x),
    derivative: (x) => 2 * Math.PI * Math.cos(2 * Math.PI * x),
    domain: [0, 1],
    cuts: [0.5],
  },
  "square root": { f: Math.sqrt, derivative: (x) => 0.5 / Math.sqrt(x), domain: [0, 1], cuts: [] },
  Runge: {
    f: (x) => 1 / (1 + 25 * x * x),
    derivative: (x) => (-50 * x) / (1 + 25 * x * x) ** 2,
    domain: [-1, 1],
    cuts: [-bend, bend],
  },
};

/** A broken line as a target. */
export function drawn(line: Line): Target {
  const { knots } = line;
  return {
    f: (x) => at(line, x),
    derivative: (x) => slope(line, pieceAt(line, x)),
    domain: [knots[0], knots[knots.length - 1]],
    cuts: knots.slice(1, -1),
    line,
  };
}
