/** Answers questions about the figures' arithmetic: a JSON list on standard input, one of answers on standard output. */

import { readFileSync } from "node:fs";
import { rmsError, worstPoint } from "../../book/_movable/arithmetic/errors.ts";
import { expression, number, numbers } from "../../book/_movable/arithmetic/expression.ts";
import { meets } from "../../book/_movable/arithmetic/answers.ts";
import { bestOfOneLayer, bestOfPieces, folded, foldedOn, neuronsOf } from "../../book/_movable/arithmetic/folds.ts";
import { at } from "../../book/_movable/arithmetic/line.ts";
import { evaluate, lineOf } from "../../book/_movable/arithmetic/network.ts";
import { moved, networkOf, placed, pointsOf } from "../../book/_movable/arithmetic/placing.ts";
import { pull, stepped, velocity } from "../../book/_movable/arithmetic/step.ts";
import { lookedUp, rounded } from "../../book/_movable/arithmetic/table.ts";
import { drawn, TARGETS } from "../../book/_movable/arithmetic/targets.ts";
import { area, tileAt, tiles, zeroLine } from "../../book/_movable/arithmetic/tiles.ts";
import { initial, Training } from "../../book/_movable/arithmetic/training.ts";
import { bestFlat, leastError } from "../../book/_movable/arithmetic/tube.ts";

const target = (it: any) => (typeof it === "string" ? TARGETS[it] : drawn(it));

const orNull = (act: () => unknown) => {
  try {
    return act();
  } catch {
    return null;
  }
};

const QUESTIONS: Record<string, (question: any) => unknown> = {
  target: ({ target: it, x }) => ({
    domain: target(it).domain,
    cuts: target(it).cuts,
    values: x.map(target(it).f),
    slopes: x.map(target(it).derivative),
  }),
  formula: ({ text, x }) => x.map(expression(text)),
  number: ({ text }) => orNull(() => number(text)),
  numbers: ({ text }) => numbers(text),
  meets: ({ kind, answered, key, within }) => meets(kind, answered, key, within),
  meetsPoints: ({ points, key, within }) => {
    const heights = new Map<number, number>(points);
    return meets("formula", (x: number) => heights.get(x)!, key, within);
  },
  step: ({ neuron, x, y, rate }) => {
    const pulled = pull(neuron, x, y);
    return { ...pulled, ...velocity(neuron, pulled), after: stepped(neuron, pulled, rate) };
  },
  table: ({ line, bits, x }) => {
    const rows = rounded(line, bits);
    return {
      rows: rows.map(({ left, value, slope }) => [left, value, slope]),
      values: x.map((at: number) => lookedUp(rows, at)),
    };
  },
  folds: ({ folds }) => ({
    line: folded(folds),
    next: foldedOn(folded(folds), 1),
    begun: foldedOn(folded(folds), 0),
    neurons: neuronsOf(folds),
    error: bestOfPieces(2 ** folds),
    oneLayer: bestOfOneLayer(folds),
  }),
  tiles: ({ network, box, points }) => {
    const found = tiles(network, box);
    const bits = (pattern: readonly boolean[]) => pattern.map(Number).join("");
    return {
      tiles: found.map((tile) => ({
        pattern: bits(tile.pattern),
        area: area(tile.corners),
        plane: tile.plane,
        zero: zeroLine(tile),
      })),
      at: points.map((point: readonly [number, number]) => bits(tileAt(found, point).pattern)),
    };
  },
  evaluate: ({ network, x }) => x.map((point: number) => evaluate(network, point)),
  line: ({ network, domain }) => lineOf(network, domain),
  at: ({ line, x }) => x.map((point: number) => at(line, point)),
  errors: ({ line, target: it }) => ({
    ...worstPoint(line, target(it)),
    rms: rmsError(line, target(it)),
  }),
  leastError: ({ line, pieces }) => leastError(line, pieces),
  bestFlat: ({ line, neurons }) => bestFlat(line, neurons),
  placed: ({ points, faces }) => ({
    network: networkOf(placed(points, faces)),
    placing: placed(points, faces),
  }),
  moved: ({ placing, faces, domain, index, x, y }) => networkOf(moved(pointsOf(placing, domain), faces, index, x, y)),
  initial: ({ width, seed, how, x }) => initial(width, seed, how, x).map((part) => [...part]),
  train: ({ x, y, rate, start, steps }) => {
    const training = new Training(
      x,
      y,
      rate,
      start.map((part: number[]) => Float64Array.from(part)),
    );
    const losses = [training.loss()];
    for (let i = 0; i < steps; i++) {
      training.step();
      losses.push(training.loss());
    }
    return { losses, parameters: training.parameters.map((part) => [...part]) };
  },
  rewind: ({ x, y, rate, start, steps, back }) => {
    const training = new Training(
      x,
      y,
      rate,
      start.map((part: number[]) => Float64Array.from(part)),
    );
    for (let i = 0; i < back; i++) training.step();
    const moment = training.moment();
    for (let i = back; i < steps; i++) training.step();
    const once = training.parameters.map((part) => [...part]);
    training.goTo(moment);
    for (let i = back; i < steps; i++) training.step();
    return { once, again: training.parameters.map((part) => [...part]) };
  },
};

const questions = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(questions.map((question: any) => QUESTIONS[question.ask](question))));
