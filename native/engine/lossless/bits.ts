/** Reads the parameter sets of H.264 bit by bit, as far as a cut has to know them. */

/** The bits of a unit, without the bytes that keep start codes from appearing in it. */
function bitReader(unit: Buffer) {
  const bytes: number[] = [];
  for (let index = 0; index < unit.length; index++)
    if (!(unit[index] === 3 && unit[index - 1] === 0 && unit[index - 2] === 0)) bytes.push(unit[index] ?? 0);
  let at = 0;
  const bit = () => ((bytes[at >> 3] ?? 0) >> (7 - (at++ & 7))) & 1;
  const bits = (count: number) => {
    let value = 0;
    for (let left = count; left > 0; left--) value = value * 2 + bit();
    return value;
  };
  /** Exp-Golomb, without a sign. */
  const ue = () => {
    let zeros = 0;
    while (zeros < 32 && bit() === 0) zeros++;
    return 2 ** zeros - 1 + bits(zeros);
  };
  const se = () => {
    const code = ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  };
  return { bit, bits, ue, se };
}

export interface SpsFacts {
  id: number;
  profile: number;
  /** Compatibility flags, the first in the highest bit. */
  constraints: number;
  level: number;
  /** 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  chroma: number;
  bitDepth: number;
  /** Only whole pictures, no fields. */
  progressive: boolean;
}

/** Profiles whose sets tell chroma and depth (ITU-T H.264, 7.3.2.1.1). */
const highProfiles = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/** A sequence parameter set, with its header. */
export function readSps(unit: Buffer): SpsFacts {
  const { bit, bits, ue, se } = bitReader(unit.subarray(1));
  const profile = bits(8);
  const constraints = bits(8);
  const level = bits(8);
  const id = ue();
  let chroma = 1;
  let bitDepth = 8;
  if (highProfiles.includes(profile)) {
    chroma = ue();
    if (chroma === 3) bit();
    bitDepth = 8 + ue();
    ue();
    bit();
    const lists = bit() ? (chroma === 3 ? 12 : 8) : 0;
    for (let list = 0; list < lists; list++) if (bit()) skipScalingList(list < 6 ? 16 : 64, se);
  }
  ue();
  const order = ue();
  if (order === 0) ue();
  else if (order === 1) {
    bit();
    se();
    se();
    for (let count = ue(); count > 0; count--) se();
  }
  ue();
  bit();
  ue();
  ue();
  return { id, profile, constraints, level, chroma, bitDepth, progressive: bit() === 1 };
}

function skipScalingList(size: number, se: () => number): void {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index++) {
    if (next !== 0) next = (last + se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

/** The numbers of a picture parameter set and of the sequence it belongs to. */
export function readPps(unit: Buffer): { id: number; sps: number } {
  const { ue } = bitReader(unit.subarray(1));
  return { id: ue(), sps: ue() };
}
