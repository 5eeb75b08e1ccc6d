import type { Base, User } from "./shapes.ts";
import type { Answer } from "./answers.ts";
import type { PermissionModel } from "./model.ts";
import type { PermissionWorld } from "./world.ts";
import type { Random } from "./random.ts";

/** Those who share and are shared with; D stays a stranger. */
export const SHARERS = ["A", "B", "C"];

/** Who does something at random to what: mostly what is allowed. */
export class RandomDoings {
  protected readonly world: PermissionWorld;
  protected readonly model: PermissionModel;
  protected readonly random: Random;

  constructor(world: PermissionWorld) {
    this.world = world;
    this.model = world.model;
    this.random = world.random;
  }

  /** Somebody who may ask, more often one who has shared folders. */
  protected user(): User {
    return this.random.chance(0.05) ? "D" : this.random.pick(SHARERS);
  }

  /** Mostly one that is there for the user. */
  protected base(user: User): Base {
    const there = [null, ...this.model.shares.keys()].filter((base) => this.model.roleIn(user, base) !== null);
    const folders = [...this.model.nodes.values()].filter(({ type }) => type === "folder").map(({ id }) => id);
    if (there.length > 0 && this.random.chance(0.9)) return this.random.pick(there);
    return this.random.pick(folders);
  }

  protected node(user: User, base: Base, isWanted: (id: string) => boolean = () => true): string {
    const all = [...this.model.nodes.keys()];
    const fitting = all.filter((id) => this.model.reads(user, base, id) && isWanted(id));
    return fitting.length > 0 && this.random.chance(0.85) ? this.random.pick(fitting) : this.random.pick(all);
  }

  protected ask(user: User, method: string, path: string, json?: unknown): Promise<Answer> {
    return this.world.ask(user, null, method, path, { json });
  }

  protected expect(answer: Answer, expected: string, what: string): void {
    this.world.trace.push(`${what} → ${expected}`);
    const outcome = answer.outcome.split(" ").at(-1);
    if (outcome !== expected) throw new Error(`${what}: ${answer.outcome}, not ${expected}: ${answer.text}`);
  }
}
