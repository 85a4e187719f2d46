/** The tiles of a ReLU network of two inputs in a box: convex polygons on which it is one plane. As linear_regions. */

export type Pair = readonly [x: number, y: number];
/** A function px + qy + r. */
export type Plane = readonly [p: number, q: number, r: number];

/** Weights as in reluapprox.Network: those of a layer are one row for each of its neurons. */
export interface Layers {
  readonly weights: readonly (readonly (readonly number[])[])[];
  readonly biases: readonly (readonly number[])[];
}

export interface Tile {
  /** Counter-clockwise. */
  readonly corners: readonly Pair[];
  /** Which hidden neurons are active, layer after layer. */
  readonly pattern: readonly boolean[];
  /** The network's output. */
  readonly plane: Plane;
}

export type Box = readonly [across: Pair, up: Pair];

interface Part {
  readonly corners: readonly Pair[];
  readonly pattern: readonly boolean[];
  /** What the neurons of the last layer give here; at first the two inputs. */
  readonly values: readonly Plane[];
}

/** What rounding may have made of a 0, relative to the size of the terms. */
const NEAR = 1e-13;

export const on = ([p, q, r]: Plane, [x, y]: Pair) => p * x + q * y + r;

function sum(row: readonly number[], planes: readonly Plane[], bias: number): Plane {
  const total: [number, number, number] = [0, 0, bias];
  row.forEach((weight, i) => planes[i].forEach((part, k) => (total[k] += weight * part)));
  return total;
}

/** Where two corners' values have other signs, the point between them at which it is 0. */
function crossing([x, y]: Pair, [u, v]: Pair, here: number, there: number): Pair {
  const share = here / (here - there);
  return [x + share * (u - x), y + share * (v - y)];
}

/** The part of a polygon on which a plane is above 0; without corners where it is above it nowhere. */
export function above(corners: readonly Pair[], plane: Plane): readonly Pair[] {
  const size =
    Math.max(...corners.map(([x, y]) => Math.abs(plane[0] * x) + Math.abs(plane[1] * y))) + Math.abs(plane[2]);
  const values = corners.map((corner) => {
    const value = on(plane, corner);
    return Math.abs(value) <= NEAR * size ? 0 : value;
  });
  if (values.every((value) => value <= 0)) return [];
  const kept: Pair[] = [];
  corners.forEach((corner, i) => {
    const next = (i + 1) % corners.length;
    if (values[i] >= 0) kept.push(corner);
    if (values[i] * values[next] < 0) kept.push(crossing(corner, corners[next], values[i], values[next]));
  });
  return kept;
}

const negative = ([p, q, r]: Plane): Plane => [-p, -q, -r];

/** The two parts that a neuron makes of one, or the one that it leaves whole. */
function divided(part: Part, plane: Plane): Part[] {
  const { corners, pattern, values } = part;
  const [active, silent] = [above(corners, plane), above(corners, negative(plane))];
  const grown = (on: boolean, piece: readonly Pair[]): Part => ({
    corners: piece,
    pattern: [...pattern, on],
    values: [...values, on ? plane : [0, 0, 0]],
  });
  if (!active.length) return [grown(false, corners)];
  if (!silent.length) return [grown(true, corners)];
  return [grown(false, silent), grown(true, active)];
}

/** The most tiles that the creases of one layer make: 1 + n + n(n − 1)/2. */
export const mostTiles = (neurons: number) => 1 + neurons + (neurons * (neurons - 1)) / 2;

/** All tiles in a box, those of the layers before divided by each layer in turn. */
export function tiles({ weights, biases }: Layers, [[a, b], [c, d]]: Box): Tile[] {
  const whole = [
    [a, c],
    [b, c],
    [b, d],
    [a, d],
  ] as const;
  const inputs: readonly Plane[] = [
    [1, 0, 0],
    [0, 1, 0],
  ];
  const last = weights.length - 1;
  let parts: Part[] = [{ corners: whole, pattern: [], values: inputs }];
  for (let layer = 0; layer < last; layer++) {
    parts = parts.flatMap((part) => {
      let pieces: Part[] = [{ ...part, values: [] }];
      weights[layer].forEach((row, j) => {
        const plane = sum(row, part.values, biases[layer][j]);
        pieces = pieces.flatMap((piece) => divided(piece, plane));
      });
      return pieces;
    });
  }
  return parts.map(({ corners, pattern, values }) => {
    return { corners, pattern, plane: sum(weights[last][0], values, biases[last][0]) };
  });
}

/** The tile that holds a point of the box. */
export function tileAt(found: readonly Tile[], point: Pair): Tile {
  const outside = ({ corners }: Tile) =>
    Math.max(
      ...corners.map(([x, y], i) => {
        const [u, v] = corners[(i + 1) % corners.length];
        // Positive on the right of a side; per unit of its length.
        return ((v - y) * (point[0] - x) - (u - x) * (point[1] - y)) / (Math.hypot(u - x, v - y) || 1);
      }),
    );
  return found.reduce((best, tile) => (outside(tile) < outside(best) ? tile : best));
}

/** Where a plane crosses 0 in a tile: both ends, or nothing. */
export function zeroLine({ corners, plane }: Tile): readonly Pair[] {
  const values = corners.map((corner) => on(plane, corner));
  return corners.flatMap((corner, i) => {
    const next = (i + 1) % corners.length;
    if (values[i] > 0 === values[next] > 0) return [];
    return [crossing(corner, corners[next], values[i], values[next])];
  });
}

export function area(corners: readonly Pair[]): number {
  return corners.reduce((total, [x, y], i) => {
    const [u, v] = corners[(i + 1) % corners.length];
    return total + (x * v - u * y) / 2;
  }, 0);
}
