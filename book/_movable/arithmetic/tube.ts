/**
 * The best line of so many pieces to a polyline, in the sup norm: bisection for the error E, and at each E the
 * fewest links through the tube of half-width E (Imai and Iri 1986). As reluapprox.best.tube; but where the target is
 * a polyline its corners are all that must be looked at, and the answer is exact.
 */

import type { Line } from "./line.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The line that gets farthest: it touches one wall, then the other at `turn`, and leaves through the first at `stop`. */
interface Link {
  readonly turn: Point;
  readonly slope: number;
  /** Where it leaves, or ∞ where it gets to the end. */
  readonly stop: number;
  /** Through which wall it leaves: +1 the upper one, −1 the lower one; 0 where it gets to the end. */
  readonly side: number;
}

/** A corner of the upper wall (side +1) or of the lower one (−1). */
interface Corner extends Point {
  readonly side: number;
}

/** The least error of a broken line of so many pieces: no other is nearer to the polyline. */
export function leastError(target: Line, pieces: number): number {
  return bisect(target, (error) => (reachesEnd(links(target, error, pieces)) ? true : null)).error;
}

/** The best that a number of neurons can do, one piece being flat: the line, and how many of its kinks are left of that. */
export interface Flat {
  readonly line: Line;
  readonly left: number;
  readonly error: number;
}

/**
 * The best line that so many neurons draw with one of its pieces flat.
 *
 * k neurons that face left draw the k pieces left of the flat one, the others those right of it; every k is tried.
 * Where as many pieces as neurons do, the flat one is outside, at the left end. Slopes that cancel without a
 * flat piece, which a network can have too, are not tried.
 */
export function bestFlat(target: Line, neurons: number): Flat {
  const [from, to] = [target.knots[0], target.knots[target.knots.length - 1]];
  const { error, found } = bisect(target, (error) => {
    const fromLeft = links(target, error, neurons);
    if (reachesEnd(fromLeft)) {
      const [first, last] = [fromLeft[0], fromLeft[fromLeft.length - 1]];
      const line = through(target, height(first, from), bends(fromLeft), height(last, to));
      return { line, left: 0 };
    }
    const fromRight = links(mirrored(target), error, neurons);
    for (let left = 0; left <= neurons; left++) {
      const line = joined(target, error, fromLeft.slice(0, left), fromRight.slice(0, neurons - left));
      if (line) return { line, left };
    }
    return null;
  });
  return { ...found, error };
}

/** The least error at which `attempt` finds something, to rounding, and what it finds there. */
function bisect<T>(target: Line, attempt: (error: number) => T | null): { readonly error: number; readonly found: T } {
  const [least, most] = [Math.min(...target.values), Math.max(...target.values)];
  const rounding = 4 * Number.EPSILON * Math.max(Math.abs(least), Math.abs(most));
  // A flat line in the middle is as near as this.
  let [low, high] = [0, ((most - least) / 2) * (1 + 1e-9) + rounding];
  let found = attempt(high);
  while (found === null) found = attempt((high = 2 * high + Number.MIN_VALUE));
  while (high - low > 1e-14 * high + rounding / 4) {
    const middle = low + (high - low) / 2;
    const now = attempt(middle);
    if (now === null) low = middle;
    else [high, found] = [middle, now];
  }
  return { error: high, found };
}

/** Up to `most` greedy links through the tube, each the one that gets farthest from the last part of the one before. */
function links(target: Line, error: number, most: number): Link[] {
  const { knots, values } = target;
  let upper: Corner = { x: knots[0], y: values[0] + error, side: 1 };
  let lower: Corner = { x: knots[0], y: values[0] - error, side: -1 };
  const found: Link[] = [];
  while (found.length < most) {
    const link = farthest(target, error, upper, lower);
    found.push(link);
    if (link.side === 0) break;
    const turn = { ...link.turn, side: -link.side };
    const out = { x: link.stop, y: height(link, link.stop), side: link.side };
    [upper, lower] = link.side > 0 ? [out, turn] : [turn, out];
  }
  return found;
}

/** The link that starts between two corners, one of each wall. Kept are the steepest line and the flattest. */
function farthest(target: Line, error: number, upper: Corner, lower: Corner): Link {
  const corners = [upper, lower];
  target.knots.forEach((x, i) => {
    if (x > upper.x) corners.push({ x, y: target.values[i] + error, side: 1 });
    if (x > lower.x) corners.push({ x, y: target.values[i] - error, side: -1 });
  });
  corners.sort((one, other) => one.x - other.x);
  // The steepest goes from a lower corner up to an upper one, the flattest from an upper corner to a lower one.
  let steepest: Link | null = null;
  let flattest: Link | null = null;
  for (let j = 0; j < corners.length; j++) {
    const corner = corners[j];
    const { x, y, side } = corner;
    const last: Link | null = side > 0 ? flattest : steepest;
    if (last && side * (height(last, x) - y) > 0) return { ...last, stop: exit(corners, j, last), side };
    const slope = tangent(corners, j);
    if (slope === null) continue;
    const link = { turn: corner, slope, stop: Infinity, side: 0 };
    if (side > 0 && (!steepest || slope < steepest.slope)) steepest = link;
    if (side < 0 && (!flattest || slope > flattest.slope)) flattest = link;
  }
  if (steepest && flattest) {
    // Any line between the two.
    const { x } = steepest.turn;
    const y = (steepest.turn.y + height(flattest, x)) / 2;
    return { turn: { x, y }, slope: (steepest.slope + flattest.slope) / 2, stop: Infinity, side: 0 };
  }
  return steepest ?? flattest ?? { turn: upper, slope: 0, stop: Infinity, side: 0 };
}

/** The slope of the line through corner j that passes all corners of the other wall on its left, and touches one. */
function tangent(corners: readonly Corner[], j: number): number | null {
  const { x, y, side } = corners[j];
  let slope: number | null = null;
  for (let i = 0; i < j; i++) {
    const other = corners[i];
    if (other.side === side || other.x >= x) continue;
    const rise = (y - other.y) / (x - other.x);
    if (slope === null || side * rise < side * slope) slope = rise;
  }
  return slope;
}

/** Where a line that is beyond corner j went through its wall. */
function exit(corners: readonly Corner[], j: number, link: Link): number {
  const { x, y, side } = corners[j];
  let i = j - 1;
  while (corners[i].side !== side) i--;
  const before = side * (height(link, corners[i].x) - corners[i].y);
  const beyond = side * (height(link, x) - y);
  return before < 0 ? corners[i].x + (before / (before - beyond)) * (x - corners[i].x) : corners[i].x;
}

/** The line of some links from the left, a flat piece, and some links from the right; null where none lets them meet. */
function joined(target: Line, error: number, left: readonly Link[], right: readonly Link[]): Line | null {
  const [from, to] = [gate(target, error, left), gate(mirrored(target), error, right)];
  if (!from || !to) return null;
  const high = Math.min(from.high, to.high);
  let level = Math.max(from.low, to.low);
  // Heights at which some corner is in the way of the flat piece: open intervals.
  const blocked = target.knots.flatMap((x, i) => {
    const reach = meet(from.beforeAt(x), to.beforeAt(-x));
    return [meet(reach, [target.values[i] + error, Infinity]), meet(reach, [-Infinity, target.values[i] - error])];
  });
  for (let moved = true; moved;) {
    moved = false;
    for (const [low, top] of blocked) {
      if (low < level && level < top) [level, moved] = [top, true];
    }
  }
  if (!(level <= high)) return null;
  const flat = [
    { x: from.at(level), y: level },
    { x: -to.at(level), y: level },
  ];
  const [before, after] = [bends(left), bends(right).map(({ x, y }) => ({ x: -x, y }))];
  const first = left.length ? height(left[0], target.knots[0]) : level;
  const last = right.length ? height(right[0], -target.knots[target.knots.length - 1]) : level;
  return through(target, first, [...before, ...flat, ...after.reverse()], last);
}

type Range = readonly [number, number];

const meet = ([a, b]: Range, [c, d]: Range): Range => [Math.max(a, c), Math.min(b, d)];

/** What some links from the left end on reach: everything up to a slanted gate across the tube. */
interface Gate {
  readonly low: number;
  readonly high: number;
  /** Where the gate is at a height. */
  at(level: number): number;
  /** The heights, as an open interval, at which the gate is left of x. */
  beforeAt(x: number): Range;
}

/** The last link's gate: the end of that link, from its turn to its stop. Null where no level line goes through it. */
function gate({ knots, values }: Line, error: number, reached: readonly Link[]): Gate | null {
  const link = reached[reached.length - 1];
  if (!link) {
    return {
      low: values[0] - error,
      high: values[0] + error,
      at: () => knots[0],
      beforeAt: (x) => (knots[0] < x ? [-Infinity, Infinity] : [0, 0]),
    };
  }
  // A link that leaves through the upper wall is left downwards; a level line does that only if the link rises.
  // One that hardly does is as good as level itself.
  const [one, other] = [link.turn.y, height(link, link.stop)];
  if (link.side * (other - one) <= 1e-6 * error) return null;
  return {
    low: Math.min(one, other),
    high: Math.max(one, other),
    at: (level) => Math.min(Math.max(link.turn.x + (level - link.turn.y) / link.slope, link.turn.x), link.stop),
    beforeAt: (x) => (link.slope > 0 ? [-Infinity, height(link, x)] : [height(link, x), Infinity]),
  };
}

/** Where consecutive links cross: each the next, on its way from its turn to its stop. */
function bends(chain: readonly Link[]): Point[] {
  return chain.slice(0, -1).map((link, i) => {
    const next = chain[i + 1];
    const apart = next.slope - link.slope;
    const cross = apart === 0 ? link.stop : link.turn.x + (link.turn.y - height(next, link.turn.x)) / apart;
    const x = Math.min(Math.max(cross, link.turn.x), link.stop);
    // The flatter line's height is the better one, at a steep crossing.
    return { x, y: height(Math.abs(link.slope) <= Math.abs(next.slope) ? link : next, x) };
  });
}

/** The line through some points, from one end of the target to the other. */
function through(target: Line, first: number, points: readonly Point[], last: number): Line {
  const [from, to] = [target.knots[0], target.knots[target.knots.length - 1]];
  const inside = points.filter(({ x }, i) => from < x && x < to && (i === 0 || x > points[i - 1].x));
  return {
    knots: [from, ...inside.map(({ x }) => x), to],
    values: [first, ...inside.map(({ y }) => y), last],
  };
}

function height(link: Link, x: number): number {
  return link.turn.y + link.slope * (x - link.turn.x);
}

function reachesEnd(chain: readonly Link[]): boolean {
  return chain[chain.length - 1].side === 0;
}

function mirrored({ knots, values }: Line): Line {
  return { knots: knots.map((x) => -x).reverse(), values: [...values].reverse() };
}
