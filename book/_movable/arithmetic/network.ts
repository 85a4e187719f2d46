/** A network of one hidden layer and one input: offset + Σ a·relu(wx + b). As reluapprox.Network. */

import type { Interval, Line } from "./line.ts";

export interface Neuron {
  readonly w: number;
  readonly b: number;
  readonly a: number;
}

export interface Network {
  readonly neurons: readonly Neuron[];
  readonly offset: number;
}

/** A neuron as it is seen from outside: where it bends, how sharply, and the side (+1 right, −1 left) it is active on. */
export interface Hinge {
  readonly kink: number;
  readonly jump: number;
  readonly face: 1 | -1;
}

export function relu(z: number): number {
  return z > 0 ? z : 0;
}

/** What one neuron adds. */
export function term(neuron: Neuron, x: number): number {
  return neuron.a * relu(neuron.w * x + neuron.b);
}

export function evaluate(network: Network, x: number): number {
  let sum = 0;
  for (const neuron of network.neurons) sum += term(neuron, x);
  return sum + network.offset;
}

/** How a neuron with w ≠ 0 is seen from outside. */
export function hingeOf({ w, b, a }: Neuron): Hinge {
  return { kink: b === 0 ? 0 : -b / w, jump: a * Math.abs(w), face: w > 0 ? 1 : -1 };
}

/** The neuron of weight ±1 that is seen so; of the many the simplest. */
export function neuronOf({ kink, jump, face }: Hinge): Neuron {
  return { w: face, b: kink === 0 ? 0 : -face * kink, a: jump };
}

/** The kinks strictly inside a domain, from left to right, without repetition. */
export function kinksInside(network: Network, [from, to]: Interval): number[] {
  const kinks = network.neurons
    .filter(({ w, a }) => w !== 0 && a !== 0)
    .map((neuron) => hingeOf(neuron).kink)
    .filter((kink) => from < kink && kink < to)
    .sort((one, other) => one - other);
  return kinks.filter((kink, i) => i === 0 || kink > kinks[i - 1]);
}

/** The broken line that the network is on a domain. */
export function lineOf(network: Network, domain: Interval): Line {
  const knots = [domain[0], ...kinksInside(network, domain), domain[1]];
  return { knots, values: knots.map((x) => evaluate(network, x)) };
}
