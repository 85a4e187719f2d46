/** One step of gradient descent for a single neuron: as reluapprox.kink_velocity, and the step itself. */

import { relu, term, type Neuron } from "./network.ts";

export interface Pull {
  /** The mean squared error. */
  readonly loss: number;
  /** How many samples the neuron sees: those on its active side. */
  readonly sees: number;
  /** The gradient of the loss. */
  readonly gradient: Neuron;
}

/** What the samples make of one neuron a·relu(wx + b), which is to fit them alone. */
export function pull(neuron: Neuron, x: readonly number[], y: readonly number[]): Pull {
  const { w, b, a } = neuron;
  const gradient = { w: 0, b: 0, a: 0 };
  let [loss, sees] = [0, 0];
  for (let k = 0; k < x.length; k++) {
    const residual = term(neuron, x[k]) - y[k];
    loss += residual ** 2 / x.length;
    // At the kink itself the slope is taken to be 0, as PyTorch does.
    if (w * x[k] + b <= 0) continue;
    const force = (2 * residual) / x.length;
    gradient.a += force * relu(w * x[k] + b);
    gradient.b += force * a;
    gradient.w += force * a * x[k];
    sees++;
  }
  return { loss, sees, gradient };
}

/** The neuron after a step. */
export function stepped(neuron: Neuron, { gradient }: Pull, rate: number): Neuron {
  return {
    w: neuron.w - rate * gradient.w,
    b: neuron.b - rate * gradient.b,
    a: neuron.a - rate * gradient.a,
  };
}

/** How fast its kink moves and its jump changes, per unit of the learning rate, in a very small step. */
export function velocity({ w, b, a }: Neuron, { gradient }: Pull): { readonly kink: number; readonly jump: number } {
  return {
    kink: (w * gradient.b - b * gradient.w) / w ** 2,
    jump: -gradient.a * Math.abs(w) - a * Math.sign(w) * gradient.w,
  };
}
