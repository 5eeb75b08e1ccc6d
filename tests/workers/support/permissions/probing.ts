import { newId } from "../../../../protocol/new-id.ts";
import { pathOf, type Answer } from "./answers.ts";
import type { PermissionModel } from "./model.ts";
import type { Base, ModelNode, User } from "./shapes.ts";
import type { Asked, PermissionWorld } from "./world.ts";

/** An id that no node has. */
export const NEVER = newId();

/** Asks routes what the model knows, and compares. Nothing that is asked changes a tree. */
export class Probing {
  protected readonly world: PermissionWorld;
  protected readonly model: PermissionModel;

  constructor(world: PermissionWorld) {
    this.world = world;
    this.model = world.model;
  }

  protected async expect(
    user: User,
    base: Base,
    method: string,
    path: string,
    expected: string,
    asked: Asked = {},
  ): Promise<Answer> {
    const answer = await this.world.ask(user, base, method, path, asked);
    if (answer.outcome === expected) return answer;
    const what = `${user} (${this.model.roleIn(user, base) ?? "nobody"}) ${method} ${pathOf(base)}${path}`;
    throw new Error(`${what}: ${answer.outcome}, not ${expected}: ${answer.text.slice(0, 1_000)}`);
  }
}

export function bodiesIn({ text }: Answer): string[] {
  return [...new Set(text.match(/by~\d+~u/g))];
}

export function newest(nodes: readonly ModelNode[]): string[] {
  return [...new Set(nodes.flatMap(({ bodies }) => bodies.slice(-1)))];
}

/** Throws where two lists have not the same members, in whatever order. */
export function same(is: readonly string[], expected: readonly string[], what: string): void {
  const [a, b] = [is.toSorted(), expected.toSorted()];
  if (JSON.stringify(a) === JSON.stringify(b)) return;
  const more = a.filter((each) => !b.includes(each));
  const less = b.filter((each) => !a.includes(each));
  throw new Error(`${what}: ${more.join() || "nothing"} too many, ${less.join() || "nothing"} missing`);
}
