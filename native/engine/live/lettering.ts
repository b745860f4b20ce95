/** Letters drawn as strokes, for a machine that has no fonts: capitals, digits and the usual marks. */

/** On a grid of 4 by 6, from the top left: each digit pair is a point, each space lifts the pen. */
const glyphs: Record<string, string> = {
  ...{ A: '062046 1434', B: '06003041423303 3344453606', C: '4130100105163645', D: '00063645413000', E: '40000646 0333', F: '400006 0333' },
  ...{ G: '41301001051636454323', H: '0006 4046 0343', I: '1030 2026 1636', J: '4045361605', K: '0006 400346', L: '000646' },
  ...{
    M: '0600234046',
    N: '06004640',
    O: '103041453616050110',
    P: '06003041423303',
    Q: '103041453616050110 2446',
    R: '06003041423303 2346',
  },
  ...{ S: '413010010213334445361605', T: '0040 2026', U: '000516364540', V: '002640', W: '0016233640', X: '0046 4006', Y: '002340 2326' },
  ...{
    Z: '00400646',
    0: '103041453616050110 3115',
    1: '112026 1636',
    2: '01103041420646',
    3: '01103041423313 334445361605',
    4: '36300444',
  },
  ...{
    5: '4000033344453606',
    6: '4130100105163645443303',
    7: '004026',
    8: '133342413010010213 1304051636454433',
    9: '0516364541301001021343',
  },
  ...{ '.': '2626', ',': '2527', '!': '2024 2626', '?': '01103041422324 2626', '-': '1333', ':': '2222 2525', "'": '2021', '/': '4006' },
  ...{ '(': '30121436', ')': '10323416', '+': '2125 0343' },
};

interface Segment {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Room from letter to letter and from line to line, in units of the grid. */
const advance = 6;
const lineHeight = 11;

function segmentsOf(letter: string): Segment[] {
  const strokes = (glyphs[letter] ?? (letter.trim() === '' ? '' : glyphs['?']) ?? '').split(' ').filter(Boolean);
  return strokes.flatMap((stroke) => {
    const points = (stroke.match(/../g) ?? []).map((pair) => [Number(pair[0]), Number(pair[1])] as const);
    return points.slice(1).flatMap(([x1, y1], n) => {
      const [x0, y0] = points[n] ?? [x1, y1];
      return { x0, y0, x1, y1 };
    });
  });
}

function distance(x: number, y: number, { x0, y0, x1, y1 }: Segment): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = dx === 0 && dy === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}

/** Draws lines of text into the middle of a picture's luma, `ink` bright. */
export function letter(lines: string[], luma: Uint8Array, width: number, height: number, ink: number): void {
  const longest = Math.max(1, ...lines.map((line) => line.length));
  const unit = Math.min((width * 0.8) / (longest * advance), height / 100, (height * 0.8) / (lines.length * lineHeight));
  const pen = unit * 0.45;
  const top = (height - (lines.length * lineHeight - 5) * unit) / 2;
  for (const [row, line] of lines.entries()) {
    const plain = line.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
    const left = (width - (plain.length * advance - 2) * unit) / 2;
    for (const [column, char] of [...plain].entries()) {
      const shift = (point: number, from: number) => from + point * unit;
      const [x, y] = [left + column * advance * unit, top + row * lineHeight * unit];
      const strokes = segmentsOf(char).map(({ x0, y0, x1, y1 }) => ({
        x0: shift(x0, x),
        y0: shift(y0, y),
        x1: shift(x1, x),
        y1: shift(y1, y),
      }));
      if (strokes.length > 0) draw(strokes, { x: x - pen * 2, y: y - pen * 2, width: 4 * unit + pen * 4, height: 7 * unit + pen * 4 });
    }
  }

  function draw(strokes: Segment[], box: { x: number; y: number; width: number; height: number }): void {
    for (let py = Math.max(0, Math.floor(box.y)); py < Math.min(height, box.y + box.height); py++) {
      for (let px = Math.max(0, Math.floor(box.x)); px < Math.min(width, box.x + box.width); px++) {
        const near = Math.min(...strokes.map((stroke) => distance(px, py, stroke)));
        const cover = Math.max(0, Math.min(1, pen - near + 0.5));
        const at = py * width + px;
        if (cover > 0) luma[at] = Math.max(luma[at] ?? 0, Math.round((luma[at] ?? 0) * (1 - cover) + ink * cover));
      }
    }
  }
}
