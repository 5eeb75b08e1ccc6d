/** Seconds that `work` takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** The middle value; of an even number, the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error("median of nothing");
  return (upper + lower) / 2;
}

/** Runs the two in turn, `rounds` times (A B, B A, A B …, so that drift of the machine falls on both), and gives each one's figures. */
export async function alternate(
  rounds: number,
  a: (round: number) => Promise<number>,
  b: (round: number) => Promise<number>,
): Promise<{ a: number[]; b: number[] }> {
  const figures = { a: [] as number[], b: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (["a", "b"] as const) : (["b", "a"] as const);
    for (const side of order) figures[side].push(await (side === "a" ? a : b)(round));
  }
  return figures;
}

/** The median of each round's `a / b`: the two of a round ran next to each other, so the machine was the same to both. */
export function medianRatio({ a, b }: { readonly a: readonly number[]; readonly b: readonly number[] }): number {
  return median(a.map((value, round) => value / (b[round] ?? Number.NaN)));
}
