/**
 * The line that some hinges draw, as points to be moved: its left end, its kinks, its right end.
 *
 * N hinges and an offset draw a line of N + 1 pieces, one of whose slopes is not free: the first slope is minus the sum
 * of the jumps of the hinges that face left. So one piece is *tied*, the one right of the leading hinges that face left:
 * it is flat where no hinge beyond it faces left, and otherwise has the slope that those leave to it.
 */

import { evaluate, neuronOf, type Hinge, type Network } from "./network.ts";
import type { Interval, Line } from "./line.ts";

/** Hinges from left to right, with kinks in the domain, and an offset. */
export interface Placing {
  readonly hinges: readonly Hinge[];
  readonly offset: number;
}

/** The sides that the hinges face. */
export type Faces = readonly (1 | -1)[];

export function networkOf({ hinges, offset }: Placing): Network {
  return { neurons: hinges.map(neuronOf), offset };
}

/** The points: N + 2 knots, of which the first two, or the last two, may coincide, and the heights there. */
export function pointsOf(placing: Placing, [from, to]: Interval): Line {
  const network = networkOf(placing);
  const knots = [from, ...placing.hinges.map(({ kink }) => kink), to];
  return { knots, values: knots.map((x) => evaluate(network, x)) };
}

/** The piece whose slope is not free. */
export function tiedPiece(faces: Faces): number {
  const first = faces.indexOf(1);
  return first < 0 ? faces.length : first;
}

/** The hinges that draw a line through some points, and face as they are told; the tied piece's left end gives way. */
export function placed(points: Line, faces: Faces): Placing {
  const { knots } = points;
  const values = [...points.values];
  const tied = tiedPiece(faces);
  const slopes = faces.map(() => 0).concat(0);
  const measure = (i: number) => {
    const length = knots[i + 1] - knots[i];
    // A piece of no length, at an end, goes on like its neighbour: its hinge does nothing inside.
    slopes[i] = length > 0 ? (values[i + 1] - values[i]) / length : slopes[i === 0 ? 1 : i - 1];
  };
  for (let i = tied + 1; i < slopes.length; i++) measure(i);
  // What the first slope and the jumps of the hinges facing left, which add up to 0, leave to it.
  for (let i = tied + 1; i < faces.length; i++) {
    if (faces[i] < 0) slopes[tied] -= slopes[i + 1] - slopes[i];
  }
  values[tied] = values[tied + 1] - slopes[tied] * (knots[tied + 1] - knots[tied]);
  for (let i = tied - 1; i >= 0; i--) measure(i);
  const hinges = faces.map((face, i): Hinge => ({ kink: knots[i + 1], jump: slopes[i + 1] - slopes[i], face }));
  const start = evaluate(networkOf({ hinges, offset: 0 }), knots[tied]);
  return { hinges, offset: values[tied] - start };
}

/** The points with one of them moved to a height, as near as the tied piece allows: its right end goes along. */
export function moved(points: Line, faces: Faces, index: number, x: number, y: number): Placing {
  const knots = points.knots.map((knot, i) => (i === index ? x : knot));
  const values = points.values.map((value, i) => (i === index ? y : value));
  if (index !== tiedPiece(faces)) return placed({ knots, values }, faces);
  // The height here depends linearly on that of the tied piece's right end.
  const trial = (end: number) => {
    const placing = placed({ knots, values: values.map((value, i) => (i === index + 1 ? end : value)) }, faces);
    return { placing, here: evaluate(networkOf(placing), x) };
  };
  const [first, second] = [trial(points.values[index + 1]), trial(points.values[index + 1] + 1)];
  const rate = second.here - first.here;
  if (Math.abs(rate) < 1e-6) return first.placing;
  return trial(points.values[index + 1] + (y - first.here) / rate).placing;
}
