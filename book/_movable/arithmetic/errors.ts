/** How far a broken line is from its target: exact to rounding, not from a grid. As reluapprox.errors. */

import { at, type Line } from "./line.ts";
import { integral } from "./quadrature.ts";
import type { Target } from "./targets.ts";

/** Into how many parts the whole domain is cut, at least, for integration. */
const PARTS = 8;

export interface Point {
  readonly x: number;
  /** line − target: positive where the line lies above. */
  readonly error: number;
}

/** Where the line is farthest from the target, on the target's domain; of equally bad points the leftmost. */
export function worstPoint(line: Line, target: Target): Point {
  let worst: Point = { x: target.domain[0], error: 0 };
  for (const x of extremes(line, target)) {
    const error = at(line, x) - target.f(x);
    if (Math.abs(error) > Math.abs(worst.error)) worst = { x, error };
  }
  return worst;
}

/** The root of the mean of the squared error over the target's domain. */
export function rmsError(line: Line, target: Target): number {
  const cuts = stretches(line, target);
  let sum = 0;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [left, right] = [cuts[i], cuts[i + 1]];
    if (target.line) {
      // The error is linear here.
      const [first, last] = [at(line, left) - target.f(left), at(line, right) - target.f(right)];
      sum += ((right - left) * (first * first + first * last + last * last)) / 3;
    } else {
      // In short parts: the rule converges the faster, the farther away a pole beside the axis (Runge's) is.
      const parts = Math.ceil((PARTS * (right - left)) / (target.domain[1] - target.domain[0]));
      for (let k = 0; k < parts; k++) {
        const [first, last] = [left + ((right - left) * k) / parts, left + ((right - left) * (k + 1)) / parts];
        sum += integral((x) => (at(line, x) - target.f(x)) ** 2, first, last);
      }
    }
  }
  return Math.sqrt(sum / (target.domain[1] - target.domain[0]));
}

/** The ends, the line's kinks and the target's cuts, from left to right, each once. */
function stretches(line: Line, target: Target): number[] {
  const [from, to] = target.domain;
  const inside = [...line.knots, ...target.cuts].filter((x) => from < x && x < to);
  const all = [from, ...inside.sort((one, other) => one - other), to];
  return all.filter((x, i) => i === 0 || x > all[i - 1]);
}

/** The points among which the error is largest: between two cuts it has one extremum at most, where f′ is the slope. */
function extremes(line: Line, target: Target): number[] {
  const cuts = stretches(line, target);
  if (target.line) return cuts;
  const found = [cuts[0]];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [left, right] = [cuts[i], cuts[i + 1]];
    const rise = (at(line, right) - at(line, left)) / (right - left);
    const turn = monotoneRoot((x) => target.derivative(x) - rise, left, right);
    if (turn !== null) found.push(turn);
    found.push(right);
  }
  return found;
}

/** The root of a monotone g between two points, by bisection to the last bit; null where g keeps its sign. */
function monotoneRoot(g: (x: number) => number, left: number, right: number): number | null {
  const rising = g(right) > 0;
  if (g(left) > 0 === rising) return null;
  let [low, high] = [left, right];
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (g(middle) > 0 === rising) high = middle;
    else low = middle;
  }
}
