/** The Lossless page as a person uses it: a real browser, a real host, real files; and the arithmetic that stands behind it. */
import { describe, expect, test } from 'vitest';
import { complement } from '../native/contract/segments.ts';

describe('what is left when parts are taken out', () => {
  const left = (...segments: [number | null, number | null][]) =>
    complement(
      segments.map(([start, end]) => ({ start, end })),
      null,
      null,
    ).map(({ start, end }) => [start, end]);

  test('the stretches between them, with open edges where the film itself begins and ends', () => {
    expect(left([10, 20], [30, 40])).toEqual([
      [null, 10],
      [20, 30],
      [40, null],
    ]);
    expect(left([null, 10], [50, null])).toEqual([[10, 50]]);
  });
  test('order and overlap do not matter, and all may be taken out', () => {
    expect(left([30, 45], [10, 20], [40, 50], [12, 15])).toEqual(left([10, 20], [30, 50]));
    expect(left([20, null], [null, 20])).toEqual([]);
  });
  test('taken out twice, what was marked comes back', () => {
    const marks = [
      { start: 10, end: 20 },
      { start: 30, end: null },
    ];
    expect(complement(complement(marks, null, null), null, null)).toEqual(marks);
  });
});
