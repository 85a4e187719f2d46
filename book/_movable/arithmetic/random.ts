/** PyTorch's random numbers on the CPU: the Mersenne Twister (Matsumoto and Nishimura 1998), 24 bits for a float32. */

const SIZE = 624;
const SHIFT = 397;

export class Generator {
  readonly #state = new Uint32Array(SIZE);
  #next = SIZE;

  /** As torch.manual_seed(seed), for a whole number from 0 to 2³² − 1. */
  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < SIZE; i++) {
      const before = this.#state[i - 1];
      this.#state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
  }

  #bits(): number {
    const state = this.#state;
    if (this.#next === SIZE) {
      for (let i = 0; i < SIZE; i++) {
        const both = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
        state[i] = state[(i + SHIFT) % SIZE] ^ (both >>> 1) ^ (both & 1 ? 0x9908b0df : 0);
      }
      this.#next = 0;
    }
    let y = state[this.#next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** So many numbers, uniform on ±bound and of float32, as tensor.uniform_(-bound, bound). */
  uniform(count: number, bound: number): Float64Array {
    const [from, to] = [Math.fround(-bound), Math.fround(bound)];
    return Float64Array.from({ length: count }, () =>
      Math.fround((this.#bits() & 0xffffff) * 2 ** -24 * (to - from) + from),
    );
  }
}
