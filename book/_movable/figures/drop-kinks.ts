/** Where kinks start: they fall into bins as an initialization draws them, and then training moves them. */

import { worstPoint } from "../arithmetic/errors.ts";
import { at as lineAt } from "../arithmetic/line.ts";
import { Film } from "../arithmetic/film.ts";
import { hingeOf, lineOf } from "../arithmetic/network.ts";
import { TARGETS } from "../arithmetic/targets.ts";
import { initial, networkOf, type Initialization } from "../arithmetic/training.ts";
import { between, oneOf } from "../vocabulary/address.ts";
import { button, choice, named, scores } from "../vocabulary/controls.ts";
import { Curve, sampled } from "../vocabulary/curve.ts";
import { Figure, fixed, movable, still } from "../vocabulary/figure.ts";
import { Dots } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly width: number;
  readonly rate: number;
  readonly seed: number;
  readonly epochs: number;
  /** How many kinks PyTorch's own start has in each bin, on average. */
  readonly expected: readonly number[];
  /** The best sup error of one straight piece; that of p pieces is this over p². */
  readonly onePiece: number;
}

const STARTS: Readonly<Record<Initialization, string>> = {
  default: "PyTorch’s own",
  he: "He’s, biases 0",
  spread: "spread evenly",
};
const SEEDS = 9999;
/** Milliseconds: a dot's fall, and how much later the last one begins. */
const [FALL, STAGGER] = [350, 700];
/** Epochs for each frame of the screen. */
const PACE = 5;

movable<Data>("drop-kinks", (data) => {
  const target = TARGETS.square;
  const [from, to] = target.domain;
  const bins = data.expected.length;
  /** From the middle of one bin to that of the next; the outer ones reach beyond the ends. */
  const size = (to - from) / (bins - 1);
  let [start, seed] = ["default" as Initialization, data.seed];
  let film = newFilm();
  let moving = 0;
  /** How long it has been raining; Infinity once all is on the ground. */
  let rained = Infinity;

  const rain = new Plot({
    x: target.domain,
    y: [0, 16],
    height: 190,
    label: "Kinks in bins",
    ticks: 4,
    xLabel: "kinks",
  });
  const law = new Curve(rain, "best", "solid");
  const drops = new Dots(rain, "hinge", 4);
  const lawName = new Label(rain, "best", "on average");
  const fit = new Plot({ x: target.domain, y: [-14, 112], height: 190, label: "The network", ticks: 4, xLabel: "x" });
  const curve = new Curve(fit, "target");
  const line = new Curve(fit, "network", "bold");
  const names = [new Label(fit, "target", "x²"), new Label(fit, "network", "network")];

  function newFilm(): Film {
    return new Film(data.x, data.y, data.rate, initial(data.width, seed, start, data.x));
  }

  const network = () => networkOf(film.training.parameters);
  /** The kinks' places on their heaps, those of the domain only. */
  const heaps = () => {
    const heights = new Array<number>(bins).fill(0);
    const kinks = network().neurons.map((neuron) => hingeOf(neuron).kink);
    return kinks
      .filter((kink) => from <= kink && kink <= to)
      .map((kink) => {
        const bin = Math.round((kink - from) / size);
        return [from + bin * size, ++heights[bin] - 0.5] as const;
      });
  };
  /** Those that see none of the samples. */
  const dead = () => network().neurons.filter(({ w, b }) => data.x.every((x) => w * x + b <= 0)).length;
  const worth = () => Math.sqrt(data.onePiece / Math.abs(worstPoint(lineOf(network(), target.domain), target).error));

  function stop(): void {
    cancelAnimationFrame(moving);
    moving = 0;
    rained = Infinity;
    train.textContent = "Train";
  }

  /** Draws new weights, and lets their kinks fall. */
  function draw(how: Initialization, number: number): void {
    stop();
    [start, seed] = [how, number];
    film = newFilm();
    if (!still()) {
      const began = performance.now();
      const fall = (now: number) => {
        rained = now - began;
        if (rained > FALL + STAGGER) return (stop(), figure.redraw());
        moving = requestAnimationFrame(fall);
        figure.redraw();
      };
      rained = 0;
      moving = requestAnimationFrame(fall);
    }
    figure.moved();
  }

  const starts = choice("Start", STARTS, (chosen) => draw(chosen, seed));
  const again = button("Draw again", () => {
    draw(start, (seed + 1) % (SEEDS + 1));
    if (start !== "default") figure.announce("Other weights, but their kinks are in the same places.");
  });
  const train = button("Train", () => {
    const isTraining = train.textContent === "Pause";
    stop();
    if (isTraining) return figure.moved();
    if (film.epoch >= data.epochs) film = newFilm();
    train.textContent = "Pause";
    const tick = () => {
      for (let i = 0; i < PACE && film.epoch < data.epochs; i++) film.step();
      if (film.epoch < data.epochs) moving = requestAnimationFrame(tick);
      else stop();
      figure.moved();
    };
    moving = requestAnimationFrame(tick);
  });
  const table = scores([
    ["Kinks inside", "hinge"],
    ["Neurons that see no sample", ""],
    ["Epoch", ""],
    ["Worth in pieces", "best"],
  ]);
  const numbers = () => [
    `${heaps().length} of ${data.width}`,
    String(dead()),
    String(film.epoch),
    `${fixed(worth(), 1)} of ${data.width + 1}`,
  ];

  const figure = new Figure({
    name: "drop-kinks",
    task: "Let the kinks fall in three ways, then train: where do they go?",
    reset: () => draw("default", data.seed),
    state: () => ({ start, seed: String(seed), epoch: String(film.epoch) }),
    draw: () => {
      const places = heaps();
      // The same height as long as they fit, so that heaps can be compared.
      const top = Math.max(...places.map(([, height]) => height)) < 24 ? 24 : data.width + 2;
      rain.show([0, top]);
      const share = (i: number) => (rained - (STAGGER * i) / places.length) / FALL;
      drops.draw(
        places.map(([x, height], i) => {
          const way = Math.min(Math.max(share(i), 0), 1);
          return [x, top + 1 - (top + 1 - height) * way ** 2] as const;
        }),
      );
      const isPyTorch = start === "default" && film.epoch === 0;
      law.show(isPyTorch);
      lawName.show(isPyTorch);
      law.draw(data.expected.map((count, i) => [from + i * size, count] as const));
      lawName.put(0.3 * to, 8);
      curve.draw(sampled(target.f, target.domain, 121));
      const drawn = lineOf(network(), target.domain);
      line.line(drawn);
      names[0].put(-6, target.f(-6), "beside");
      names[1].put(to * 0.6, lineAt(drawn, to * 0.6), "beside");
      table.show(numbers());
      starts.value = start;
    },
    said: () => {
      const [inside, blind, epoch, worth] = numbers();
      return `${STARTS[start]}, epoch ${epoch}: kinks inside ${inside}, ${blind} neurons see no sample, worth ${worth}.`;
    },
  });
  figure.add(rain, fit);
  figure.read(table.element);
  figure.row(named("start", starts.element), named("draw", again), named("train", train));
  figure.restore((said) => {
    const now = {
      start: oneOf(said.get("start"), Object.keys(STARTS) as Initialization[]),
      seed: Math.round(between(said.get("seed"), 0, SEEDS)),
      epoch: Math.round(between(said.get("epoch"), 0, data.epochs)),
    };
    ({ start, seed } = now);
    film = newFilm();
    film.goTo(now.epoch);
  });
  return figure;
});
