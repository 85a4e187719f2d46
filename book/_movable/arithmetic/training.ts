/** Training a hidden layer by full-batch Adam on the mean squared error: as reluapprox.train, in double precision. */

import type { Network } from "./network.ts";
import { Generator } from "./random.ts";

export type Initialization = "default" | "he" | "spread";

/** A network's weights as they are trained: w, b and a of shape (width,), c of shape (1,). */
export type Parameters = readonly [w: Float64Array, b: Float64Array, a: Float64Array, c: Float64Array];

/** Where a training stands: all that the next step depends on. */
export interface Moment {
  readonly epoch: number;
  readonly parameters: Parameters;
  /** Adam's running means of the gradient and of its square. */
  readonly mean: Parameters;
  readonly square: Parameters;
}

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** The weights with which reluapprox.train starts, bit for bit: those of PyTorch's Linear layers, or made from them. */
export function initial(width: number, seed: number, how: Initialization, x: readonly number[]): Parameters {
  const generator = new Generator(seed);
  const standard = (inputs: number) => Math.sqrt(3) * (Math.sqrt(2 / 6) / Math.sqrt(inputs));
  const w = generator.uniform(width, standard(1));
  const b = generator.uniform(width, 1);
  const a = generator.uniform(width, standard(width));
  const c = generator.uniform(1, 1 / Math.sqrt(width));
  if (how === "he") {
    const he = (inputs: number) => Math.sqrt(3) * (Math.sqrt(2) / Math.sqrt(inputs));
    return [generator.uniform(width, he(1)), b.fill(0), generator.uniform(width, he(width)), c.fill(0)];
  }
  if (how === "spread") {
    const [from, to] = [Math.min(...x), Math.max(...x)];
    b.forEach((_, i) => (b[i] = Math.fround(-w[i] * Math.fround(from + ((to - from) * (i + 0.5)) / width))));
  }
  return [w, b, a, c];
}

export function networkOf([w, b, a, c]: Parameters): Network {
  return { neurons: Array.from(w, (weight, i) => ({ w: weight, b: b[i], a: a[i] })), offset: c[0] };
}

/** One training: a step at a time, or back to a moment of before. */
export class Training {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly rate: number;
  epoch = 0;
  readonly parameters: Parameters;
  readonly #mean: Parameters;
  readonly #square: Parameters;
  readonly #gradient: Parameters;

  constructor(x: readonly number[], y: readonly number[], rate: number, start: Parameters) {
    this.x = x;
    this.y = y;
    this.rate = rate;
    this.parameters = copy(start);
    this.#mean = copy(start, 0);
    this.#square = copy(start, 0);
    this.#gradient = copy(start, 0);
  }

  /** One epoch of Adam (Kingma and Ba 2015), as torch.optim.Adam takes it. Returns the loss before the step. */
  step(): number {
    const loss = this.#backward();
    this.epoch++;
    const size = this.rate / (1 - BETA1 ** this.epoch);
    const scale = Math.sqrt(1 - BETA2 ** this.epoch);
    for (let p = 0; p < 4; p++) {
      const [value, gradient, mean, square] = [this.parameters[p], this.#gradient[p], this.#mean[p], this.#square[p]];
      for (let i = 0; i < value.length; i++) {
        mean[i] += (gradient[i] - mean[i]) * (1 - BETA1);
        square[i] = square[i] * BETA2 + gradient[i] * gradient[i] * (1 - BETA2);
        value[i] -= (size * mean[i]) / (Math.sqrt(square[i]) / scale + EPSILON);
      }
    }
    return loss;
  }

  /** The mean squared error now. */
  loss(): number {
    return this.#backward();
  }

  moment(): Moment {
    return {
      epoch: this.epoch,
      parameters: copy(this.parameters),
      mean: copy(this.#mean),
      square: copy(this.#square),
    };
  }

  goTo(moment: Moment): void {
    this.epoch = moment.epoch;
    for (let p = 0; p < 4; p++) {
      this.parameters[p].set(moment.parameters[p]);
      this.#mean[p].set(moment.mean[p]);
      this.#square[p].set(moment.square[p]);
    }
  }

  /** Puts the gradient of the mean squared error into place; returns the error. */
  #backward(): number {
    const [w, b, a, c] = this.parameters;
    const [dw, db, da, dc] = this.#gradient;
    for (const part of this.#gradient) part.fill(0);
    let loss = 0;
    for (let k = 0; k < this.x.length; k++) {
      const x = this.x[k];
      let y = c[0];
      for (let i = 0; i < w.length; i++) {
        const z = w[i] * x + b[i];
        if (z > 0) y += a[i] * z;
      }
      const gap = y - this.y[k];
      const pull = (2 * gap) / this.x.length;
      loss += (gap * gap) / this.x.length;
      dc[0] += pull;
      for (let i = 0; i < w.length; i++) {
        const z = w[i] * x + b[i];
        // At the kink itself the slope is taken to be 0, as PyTorch does.
        if (z > 0) {
          da[i] += pull * z;
          db[i] += pull * a[i];
          dw[i] += pull * a[i] * x;
        }
      }
    }
    return loss;
  }
}

function copy(parameters: Parameters, fill?: number): Parameters {
  const part = (array: Float64Array) =>
    fill === undefined ? array.slice() : new Float64Array(array.length).fill(fill);
  const [w, b, a, c] = parameters;
  return [part(w), part(b), part(a), part(c)];
}
