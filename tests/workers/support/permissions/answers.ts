import type { Base } from "./shapes.ts";

export interface Answer {
  readonly status: number;
  /** Bytes as latin1, so that words in them are found. */
  readonly text: string;
  /** `404 not_found`, `200`. */
  readonly outcome: string;
  /** Ids that a problem names. */
  readonly ids: readonly string[];
  readonly json: <T>() => T;
}

/** Below `/api`. */
export function pathOf(base: Base): string {
  return base === null ? "" : `/spaces/${base}`;
}

/** Ids, and words of names and bytes, of nodes. */
export function wordsOf(
  nodes: readonly { id: string; words: ReadonlySet<string>; bodies: readonly string[] }[],
): Set<string> {
  return new Set(nodes.flatMap(({ id, words, bodies }) => [id, ...words, ...bodies]));
}

/** All of an answer. */
export async function answerOf(asked: Promise<Response>): Promise<Answer> {
  const response = await asked;
  const bytes = Buffer.from(await response.arrayBuffer());
  const isProblem = bytes.length > 0 && response.headers.get("content-type") === "application/problem+json";
  const problem = isProblem ? (JSON.parse(bytes.toString()) as { code: string; ids?: string[] }) : null;
  return {
    status: response.status,
    text: bytes.toString("latin1"),
    outcome: problem ? `${response.status} ${problem.code}` : String(response.status),
    ids: problem?.ids ?? [],
    json: <T>() => JSON.parse(bytes.toString()) as T,
  };
}
