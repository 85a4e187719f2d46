/** What a reader types, as a function of x: 2*relu(x - 3), |x|/2, sin(pi x), 3x², 1/3. */

type Function = (x: number) => number;

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  relu: (value) => Math.max(0, value),
  max: Math.max,
  min: Math.min,
  abs: Math.abs,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  exp: Math.exp,
  log: Math.log,
};
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, π: Math.PI, e: Math.E };
const TOKEN = /\s*(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[a-zπ]+|\*\*|[-+*/^(),|])/iy;

/** Recursive descent: sums of products of powers of atoms. */
class Parser {
  readonly #tokens: string[] = [];
  #at = 0;
  #usesX = false;

  constructor(text: string) {
    const plain = text.replaceAll("−", "-").replaceAll(/[·×]/g, "*").replaceAll("²", "^2").replaceAll("³", "^3").trim();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < plain.length) {
      const from = TOKEN.lastIndex;
      const found = TOKEN.exec(plain);
      if (!found) throw new Error(`“${plain.slice(from).trim()}” cannot be read`);
      this.#tokens.push(found[1].toLowerCase());
    }
    if (!this.#tokens.length) throw new Error("Nothing was entered");
  }

  whole(): { readonly f: Function; readonly usesX: boolean } {
    const f = this.#sum();
    if (this.#at < this.#tokens.length) throw new Error(`“${this.#tokens[this.#at]}” was not expected there`);
    return { f, usesX: this.#usesX };
  }

  #take(...tokens: string[]): string | undefined {
    return tokens.includes(this.#tokens[this.#at]) ? this.#tokens[this.#at++] : undefined;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Error(`“${token}” is missing`);
  }

  #sum(): Function {
    let left = this.#product();
    for (let sign; (sign = this.#take("+", "-"));) {
      const [before, right, times] = [left, this.#product(), sign === "+" ? 1 : -1];
      left = (x) => before(x) + times * right(x);
    }
    return left;
  }

  #product(): Function {
    let left = this.#factor();
    for (;;) {
      const [before, sign] = [left, this.#take("*", "/")];
      // 2x, 2(x + 1) and x relu(x) are products too.
      if (!sign && !/^[\d.a-zπ(]/.test(this.#tokens[this.#at] ?? "")) return left;
      const right = this.#factor();
      left = sign === "/" ? (x) => before(x) / right(x) : (x) => before(x) * right(x);
    }
  }

  #factor(): Function {
    if (this.#take("+")) return this.#factor();
    if (this.#take("-")) {
      const negated = this.#factor();
      return (x) => -negated(x);
    }
    const base = this.#atom();
    if (!this.#take("^", "**")) return base;
    const exponent = this.#factor();
    return (x) => base(x) ** exponent(x);
  }

  #atom(): Function {
    const token = this.#tokens[this.#at++] ?? "";
    if (/^[\d.]/.test(token)) return () => Number(token);
    if (token === "x") {
      this.#usesX = true;
      return (x) => x;
    }
    if (token in CONSTANTS) return () => CONSTANTS[token];
    if (token in FUNCTIONS) {
      this.#expect("(");
      const values = [this.#sum()];
      while (this.#take(",")) values.push(this.#sum());
      this.#expect(")");
      return (x) => FUNCTIONS[token](...values.map((value) => value(x)));
    }
    if (token === "(" || token === "|") {
      const inside = this.#sum();
      this.#expect(token === "(" ? ")" : "|");
      return token === "(" ? inside : (x) => Math.abs(inside(x));
    }
    throw new Error(token ? `“${token}” was not expected there` : "It ends too soon");
  }
}

/** A formula in x. */
export function expression(text: string): Function {
  return new Parser(text.replace(/^\s*(y|f\(x\))\s*=/, "")).whole().f;
}

/** A number, which may be written as 1/3 or sqrt(2). */
export function number(text: string): number {
  const { f, usesX } = new Parser(text).whole();
  const value = f(0);
  if (usesX || !Number.isFinite(value)) throw new Error(`“${text.trim()}” is not a number`);
  return value;
}

/** Numbers between commas or semicolons, with or without brackets around them. */
export function numbers(text: string): number[] {
  const bare = text.trim().replace(/^[[({]([^()]*)[\])}]$/, "$1");
  return bare.split(/[,;]|\band\b|\bto\b/).map(number);
}
