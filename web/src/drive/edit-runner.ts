import type { Clock } from "../../../client/ports/clock.ts";
import { newId } from "../../../protocol/new-id.ts";
import type { Edit, EditOutcome, Entry, StarEdit, UndoPlan } from "./drive.ts";
import { gather, nodeOf, type AnsweredPart, type Done, type Failed } from "./outcome.ts";
import { OwnChanges } from "./own-changes.ts";
import { partsOf } from "./edit-parts.ts";
import type { Answer, QueuedEdit } from "./queued-edit.ts";
import { HEARSAY } from "./tree-cache.ts";
import { planUndo } from "./undo.ts";

export interface EditRunnerOptions {
  readonly clock: Clock;
  readonly queue: (edit: QueuedEdit) => void;
  /** An entry as it is to look now. */
  readonly entry: (id: string) => Entry | undefined;
  /** The account's own space. */
  readonly home: string;
  readonly spaceOf: (node: string) => string | undefined;
  /** The history of a space that is followed; see `Edit.isOfItsTime`. */
  readonly epoch: (space: string) => string | undefined;
  /** Resolves when what is known of these spaces is as new as it can be had. */
  readonly catchUp: (spaces: readonly string[]) => Promise<void>;
}

/** How many edits can be undone one after the other. */
const MOST_UNDOABLE = 50;

/** From an edit to its outcome, and back: puts edits into the queue, tells what became of them, undoes them (B6, B7). */
export class EditRunner {
  readonly #options: EditRunnerOptions;
  /** Told the answer of an edit that this page made, by its id. */
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  readonly #listeners = new Set<(outcome: EditOutcome) => void>();
  readonly #own = new OwnChanges();
  #undoable: EditOutcome[] = [];
  /** Edits that can be undone once they are answered: they were made after all that were. */
  #unanswered: Promise<EditOutcome>[] = [];
  /** The last of the undos that wait for such an answer. */
  #later: Promise<EditOutcome> | null = null;

  constructor(options: EditRunnerOptions) {
    this.#options = options;
  }

  onOutcome(listener: (outcome: EditOutcome) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  run(edit: Edit): Promise<EditOutcome> {
    return this.#made(edit.undo !== undefined, this.#carryOut(edit));
  }

  star(edit: StarEdit): Promise<EditOutcome> {
    return this.#made(edit.undoLabel !== undefined, this.#starAll(edit));
  }

  /** Where the last edit has no answer yet, it is undone when that is there. */
  undoLast(): Promise<EditOutcome> | null {
    const unanswered = this.#unanswered.pop();
    const answered = unanswered ? undefined : this.#undoable.pop();
    if (answered && !this.#later) return answered.undo?.() ?? null;
    const last = unanswered ?? answered;
    if (!last) return null;
    // After those that wait already: what was done before rests on what they take back.
    const later = Promise.all([last, this.#later]).then(([outcome]) => outcome.undo?.() ?? outcome);
    this.#later = later;
    void later.finally(() => {
      if (this.#later === later) this.#later = null;
    });
    return later;
  }

  /** @param isSentHere - Whether this page sent it: then it tells what became of an edit whose page is no more. */
  answered(edit: QueuedEdit, answer: Answer, isSentHere: boolean): void {
    const resolve = this.#waiting.get(edit.id);
    this.#waiting.delete(edit.id);
    if (resolve) return resolve(answer);
    if (!isSentHere || edit.kind !== "commit") return;
    const { done, failed } = gather([{ operations: edit.operations, answer }]);
    // That it was done is no news: whoever made it has seen it since.
    if (failed.length > 0) this.#told({ label: edit.label, done: done.map(({ node }) => node), failed, undo: null });
  }

  async #made(canBeUndone: boolean, carriedOut: Promise<EditOutcome>): Promise<EditOutcome> {
    if (canBeUndone) this.#unanswered = [...this.#unanswered, carriedOut].slice(-MOST_UNDOABLE);
    const outcome = await carriedOut;
    this.#unanswered = this.#unanswered.filter((each) => each !== carriedOut);
    return this.#told(outcome);
  }

  /** @param refused - What of it is not even to be tried. */
  async #carryOut(edit: Edit, refused: readonly Failed[] = []): Promise<EditOutcome> {
    const { label, undo, asksAbout } = edit;
    const { home, clock } = this.#options;
    const parts = partsOf(edit.operations, home, this.#options.spaceOf).map(
      async ({ space, operations }): Promise<AnsweredPart> => {
        const epoch = edit.isOfItsTime ? this.#options.epoch(space) : undefined;
        const base = { id: newId(), kind: "commit", label, madeAt: clock.now(), operations } as const;
        const queued = { ...base, ...(space !== home && { space }), ...(epoch !== undefined && { epoch }) };
        return { operations, answer: await this.#queue(queued) };
      },
    );
    const seen = new Map(edit.operations.map((each) => nodeOf(each)).map((id) => [id, this.#seqOf(id)]));
    const gathered = gather(await Promise.all(parts));
    for (const { operation, node } of gathered.done) {
      this.#own.done(node.id, node.seq, seen.get(nodeOf(operation)) ?? HEARSAY);
    }
    const done = gathered.done.map(({ node }) => node);
    const failed = [...refused, ...gathered.failed];
    const outcome = { label, done, failed, ...(asksAbout && { asksAbout }) };
    if (!undo || done.length === 0) return { ...outcome, undo: null };
    return withUndo(outcome, (undone) => this.#undo(undo, gathered.done, undone));
  }

  async #undo(plan: UndoPlan, done: readonly Done[], undone: EditOutcome): Promise<EditOutcome> {
    this.#isBeingUndone(undone);
    await this.#options.catchUp([...new Set(done.map(({ node }) => node.space))]);
    const { edit, refused } = planUndo(plan, done, ({ node }) => {
      const entry = this.#options.entry(node.id);
      return entry !== undefined && !entry.pending && this.#own.isSame(node.id, node.seq, entry.seq);
    });
    const outcome = await this.#carryOut(edit, refused);
    const changes = new Map(done.map(({ node }) => [node.id, node.seq]));
    for (const { id, seq } of outcome.done) this.#own.undone(id, changes.get(id) ?? seq, seq);
    return this.#told({ ...outcome, undone });
  }

  async #starAll({ label, nodes, starred, undoLabel }: StarEdit): Promise<EditOutcome> {
    const changed = nodes.filter((id) => this.#options.entry(id)?.starred !== starred);
    const starring = changed.map(async (node): Promise<Failed | null> => {
      const queued = { id: newId(), kind: "star", label, madeAt: this.#options.clock.now(), node, starred } as const;
      const answer = await this.#queue(queued);
      return answer.type === "refused" ? { node, code: answer.code, detail: answer.detail } : null;
    });
    const failed = (await Promise.all(starring)).filter((each) => each !== null);
    const hasFailed = new Set(failed.map(({ node }) => node));
    const entries = changed.filter((id) => !hasFailed.has(id)).map((id) => this.#options.entry(id));
    const done = entries.filter((entry) => entry !== undefined);
    if (undoLabel === undefined || done.length === 0) return { label, done, failed, undo: null };
    return withUndo({ label, done, failed }, async (undone) => {
      this.#isBeingUndone(undone);
      const back = done.map(({ id }) => id).filter((id) => this.#options.entry(id)?.starred === starred);
      const outcome = await this.#starAll({ label: undoLabel, nodes: back, starred: !starred });
      return this.#told({ ...outcome, undone });
    });
  }

  #seqOf(id: string | null): number {
    return (id === null ? undefined : this.#options.entry(id)?.seq) ?? HEARSAY;
  }

  #queue(edit: QueuedEdit): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(edit.id, resolve);
    this.#options.queue(edit);
    return promise;
  }

  /** Who asks for the last edit to be undone meanwhile means the one before. */
  #isBeingUndone(outcome: EditOutcome): void {
    this.#undoable = this.#undoable.filter((each) => each !== outcome);
  }

  #told(outcome: EditOutcome): EditOutcome {
    if (outcome.undo) this.#undoable = [...this.#undoable, outcome].slice(-MOST_UNDOABLE);
    for (const listener of this.#listeners) listener(outcome);
    return outcome;
  }
}

/** An outcome that is undone once, however often it is asked to be. */
function withUndo(
  outcome: Omit<EditOutcome, "undo">,
  carryOut: (outcome: EditOutcome) => Promise<EditOutcome>,
): EditOutcome {
  let undoing: Promise<EditOutcome> | undefined;
  const undoable: EditOutcome = { ...outcome, undo: () => (undoing ??= carryOut(undoable)) };
  return undoable;
}
