/** A training as a film: played, stopped, wound back; and what each moment is worth in ideal pieces. */

import { worstPoint } from "../arithmetic/errors.ts";
import { at as lineAt } from "../arithmetic/line.ts";
import { Film, FRAME } from "../arithmetic/film.ts";
import { kinksInside, lineOf, type Network } from "../arithmetic/network.ts";
import { TARGETS } from "../arithmetic/targets.ts";
import { initial, networkOf, type Initialization, type Parameters } from "../arithmetic/training.ts";
import { between, oneOf } from "../vocabulary/address.ts";
import { button, choice, element, range, scores, named } from "../vocabulary/controls.ts";
import { Curve, sampled } from "../vocabulary/curve.ts";
import { Figure, fixed, movable, say } from "../vocabulary/figure.ts";
import { Dots, Gap, Ticks } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly width: number;
  readonly rate: number;
  readonly seed: number;
  readonly epochs: number;
  /** The network at the end of the page's own run: w, b, a, c. */
  readonly trained: readonly (readonly number[])[];
  /** Its loss after so many epochs. */
  readonly losses: readonly (readonly [epoch: number, loss: number])[];
  /** The best sup error of one straight piece; that of p pieces is this over p². */
  readonly onePiece: number;
}

const WIDTHS = ["1", "2", "4", "8", "16", "32", "64", "128", "256"] as const;
const RATES = ["0.001", "0.003", "0.01", "0.03", "0.1"] as const;
const STARTS: Readonly<Record<Initialization, string>> = {
  default: "PyTorch’s own",
  he: "He’s, biases 0",
  spread: "kinks spread evenly",
};
const SPEEDS = { "60": "slow", "300": "medium", "1500": "fast", "1000000": "as fast as it goes" } as const;
const LONGEST = 10_000;
const SEEDS = 9999;
/** Milliseconds of each frame that are spent on training, at most. */
const BUDGET = 2;

movable<Data>("train-it", (data) => {
  const target = TARGETS.square;
  let [width, rate, seed, start] = [data.width, data.rate, data.seed, "default" as Initialization];
  let film = newFilm();
  /** The page's own run is shown until something is touched. */
  let own = true;
  let playing = 0;
  let worths: number[] = [];

  const fit = new Plot({ x: target.domain, y: [-14, 112], height: 270, label: "The fit", xLabel: "x" });
  const curve = new Curve(fit, "target");
  const line = new Curve(fit, "network", "bold");
  const samples = new Dots(fit, "target", 3.5, "hollow");
  const kinks = new Ticks(fit, "hinge");
  const gap = new Gap(fit, "error");
  const names = {
    target: new Label(fit, "target", "x²"),
    network: new Label(fit, "network", "network"),
    kinks: new Label(fit, "hinge", "kinks"),
  };
  const losses = new Plot({
    x: [0, data.epochs],
    y: [0.01, 10_000],
    height: 120,
    label: "The loss, by epochs",
    logarithmic: true,
    ticks: 3,
    xLabel: "loss",
  });
  const fall = new Curve(losses, "ink");
  const lossNow = new Curve(losses, "faint", "guide");
  const worth = new Plot({
    x: [0, data.epochs],
    y: [0, 12],
    height: 130,
    label: "The worth in ideal pieces, by epochs",
    ticks: 4,
    xLabel: "worth in ideal pieces",
  });
  const rise = new Curve(worth, "best", "solid");
  const worthNow = new Curve(worth, "faint", "guide");

  function newFilm(): Film {
    return new Film(data.x, data.y, rate, initial(width, seed, start, data.x));
  }

  function network(): Network {
    if (own) return networkOf(data.trained.map((part) => Float64Array.from(part)) as unknown as Parameters);
    return networkOf(film.training.parameters);
  }

  const epoch = () => (own ? data.epochs : film.epoch);
  const worthOf = (error: number) => Math.sqrt(data.onePiece / error);
  const supOf = (it: Network) => Math.abs(worstPoint(lineOf(it, target.domain), target).error);

  /** Leaves the page's own run for one that is computed here, from the same weights. */
  function touch(): void {
    if (!own) return;
    film.goTo(data.epochs);
    own = false;
  }

  function restart(): void {
    stop();
    own = false;
    film = newFilm();
    worths = [];
    figure.moved();
  }

  function diverged(): void {
    figure.announce("The loss stopped being finite: the learning rate is too large.");
  }

  function stop(): void {
    cancelAnimationFrame(playing);
    playing = 0;
    play.textContent = "Play";
  }

  function toggle(): void {
    if (playing) return (stop(), figure.moved());
    // The page's own run is at its end: it is played from its start.
    const isOver = own || film.epoch >= LONGEST;
    touch();
    if (isOver) film.goTo(0);
    play.textContent = "Pause";
    let before = performance.now();
    let owed = 0;
    const tick = (now: number) => {
      const began = performance.now();
      owed = Math.min(owed + ((now - before) * Number(speed.value)) / 1000, Number(speed.value));
      before = now;
      let finite = true;
      while (finite && owed >= 1 && film.epoch < LONGEST && performance.now() - began < BUDGET) {
        finite = film.step();
        owed--;
      }
      if (finite && film.epoch < LONGEST) playing = requestAnimationFrame(tick);
      else stop();
      if (!finite) diverged();
      figure.moved();
    };
    playing = requestAnimationFrame(tick);
  }

  const play = button("Play", toggle);
  const step = button("Step", () => {
    stop();
    touch();
    if (film.epoch < LONGEST && !film.step()) diverged();
    figure.moved();
  });
  const back = button("To the start", () => {
    stop();
    touch();
    film.goTo(0);
    figure.moved();
  });
  const scrub = range("Epoch", { min: 0, max: data.epochs, step: 1 }, (value) => {
    stop();
    touch();
    film.goTo(value);
    figure.moved();
  });
  const speed = choice<keyof typeof SPEEDS>("Speed", SPEEDS, () => {});
  speed.value = "300";
  const list = <T extends string>(words: readonly T[]) =>
    Object.fromEntries(words.map((word) => [word, word])) as unknown as Record<T, string>;
  const widths = choice("Neurons", list(WIDTHS), (value) => ((width = Number(value)), restart()));
  const rates = choice("Learning rate", list(RATES), (value) => ((rate = Number(value)), restart()));
  const starts = choice("Start", STARTS, (value) => ((start = value), restart()));
  const seedField = element("input", "");
  Object.assign(seedField, { type: "number", min: "0", max: String(SEEDS), step: "1", inputMode: "numeric" });
  seedField.addEventListener("change", () => {
    const value = seedField.valueAsNumber;
    if (Number.isInteger(value) && value >= 0 && value <= SEEDS) {
      seed = value;
      restart();
    } else {
      seedField.value = String(seed);
      figure.announce(`The seed must be a whole number from 0 to ${SEEDS}.`);
    }
  });

  const table = scores([
    ["Loss", ""],
    ["Sup error", "error"],
    ["Worth in pieces", "best"],
  ]);
  const bends = scores([["Kinks inside", ""]]);

  const measure = () => {
    const it = network();
    const drawnLine = lineOf(it, target.domain);
    const point = worstPoint(drawnLine, target);
    const loss = own ? data.losses[data.losses.length - 1][1] : film.training.loss();
    const worth = worthOf(Math.abs(point.error));
    return { line: drawnLine, point, loss, worth, kinks: kinksInside(it, target.domain) };
  };
  const said = (now: ReturnType<typeof measure>) => [
    say(now.loss),
    fixed(Math.abs(now.point.error), 2),
    `${fixed(now.worth, 1)} of ${width + 1}`,
    `${now.kinks.length} of ${width}`,
  ];

  /** What the network was worth at every key frame; a few are added in each frame of the screen. */
  function worthSoFar(): void {
    for (let i = 0; i < 6 && worths.length < film.frames.length; i++) {
      worths.push(worthOf(supOf(networkOf(film.frames[worths.length].parameters))));
    }
    if (worths.length < film.frames.length) figure.redraw();
  }

  const figure = new Figure({
    name: "train-it",
    task: "Play the training, and watch the kinks: the network can bend nowhere else.",
    reset: () => {
      stop();
      [width, rate, seed, start, own] = [data.width, data.rate, data.seed, "default", true];
      film = newFilm();
      worths = [];
      replay();
      figure.moved();
    },
    state: () => ({ width: String(width), rate: String(rate), seed: String(seed), start, epoch: String(epoch()) }),
    draw: () => {
      const now = measure();
      const end = Math.max(data.epochs, film.length);
      curve.draw(sampled(target.f, target.domain, 121));
      line.line(now.line);
      samples.draw(data.x.map((x, i) => [x, data.y[i]] as const));
      kinks.draw(now.kinks);
      names.target.put(-6, target.f(-6), "beside");
      names.network.put(6, lineAt(now.line, 6), "beside");
      names.kinks.put(target.domain[0], -14);
      gap.draw(now.point.x, target.f(now.point.x), target.f(now.point.x) + now.point.error);
      for (const plot of [losses, worth]) plot.showAcross([0, nextLength(end)]);
      const stride = Math.max(1, Math.floor(film.losses.length / 300));
      const history = own
        ? data.losses
        : film.losses.map((loss, i) => [i, loss] as const).filter(([i]) => i % stride === 0);
      fall.draw(history.map(([i, loss]) => [i, Math.min(Math.max(loss, 0.01), 10_000)] as const));
      worthSoFar();
      rise.draw(worths.map((value, i) => [i * FRAME, value] as const));
      const most = Math.max(12, ...worths.map((value) => value * 1.1));
      worth.show([0, most]);
      lossNow.draw([
        [epoch(), 0.01],
        [epoch(), 10_000],
      ]);
      worthNow.draw([
        [epoch(), 0],
        [epoch(), most],
      ]);
      const numbers = said(now);
      table.show(numbers.slice(0, 3));
      bends.show(numbers.slice(3));
      scrub.show(epoch(), String(epoch()), Math.max(data.epochs, film.length));
      widths.value = String(width) as (typeof WIDTHS)[number];
      rates.value = String(rate) as (typeof RATES)[number];
      starts.value = start;
      if (document.activeElement !== seedField) seedField.value = String(seed);
    },
    said: () => {
      const now = measure();
      const [loss, sup, worth, bends] = said(now);
      return playing
        ? ""
        : `Epoch ${epoch()}: loss ${loss}, sup error ${sup}, worth ${worth} pieces, kinks inside ${bends}.`;
    },
  });
  figure.add(fit, losses, worth);
  figure.read(table.element);
  figure.row(play, scrub.element);
  figure.row(named("settings", starts.element));
  figure.more(step, back, named("settings", speed.element));
  figure.more(
    ...[widths.element, rates.element, element("label", "field", element("span", "", "Seed"), seedField)].map(
      (control) => named("settings", control),
    ),
  );
  figure.more(bends.element);

  /** Recomputes the page's own run while nobody waits for it, so that it can be wound back at once. */
  function replay(): void {
    const idle = window.requestIdleCallback ?? ((act: () => void) => window.setTimeout(act, 30));
    const part = (moment?: IdleDeadline) => {
      if (!own || film.epoch >= data.epochs) return figure.redraw();
      do film.step();
      while (film.epoch < data.epochs && (moment ? moment.timeRemaining() > 0 : film.epoch % 40));
      idle(part);
    };
    idle(part);
  }
  figure.restore((said) => {
    const now = {
      width: Number(oneOf(said.get("width"), WIDTHS)),
      rate: Number(oneOf(said.get("rate"), RATES)),
      seed: Math.round(between(said.get("seed"), 0, SEEDS)),
      start: oneOf(said.get("start"), Object.keys(STARTS) as Initialization[]),
      epoch: Math.round(between(said.get("epoch"), 0, LONGEST)),
    };
    ({ width, rate, seed, start } = now);
    film = newFilm();
    film.goTo(now.epoch);
    own = false;
  });
  if (own) replay();
  return figure;
});

/** How many epochs the pictures show: a little room, so that they do not change at every step. */
function nextLength(length: number): number {
  return length <= 1000 ? 1000 : Math.ceil(length / 1000) * 1000;
}
