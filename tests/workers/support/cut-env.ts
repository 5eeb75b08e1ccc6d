import type { Env } from "../../../workers/env.ts";

/** The error of a call that was cut off. */
class CutOff extends Error {}

const REAL = Symbol("the statement behind the proxy");
type Wrapped = D1PreparedStatement & { [REAL]?: D1PreparedStatement };
type Callable = (...args: unknown[]) => unknown;

/**
 * An environment that counts the calls which leave the Worker (to D1, R2 and Durable Objects), and of which one is carried out
 * and never answered: all after it fail as well (`dead`: the Worker ended there), or none does.
 */
export class CutEnv {
  readonly env: Env;
  #calls = 0;
  #isCut = false;
  readonly #at: number;
  readonly #isDead: boolean;

  /** @param at - From 1; 0: none is cut off. */
  constructor(real: Env, at: number, isDead: boolean) {
    this.#at = at;
    this.#isDead = isDead;
    this.env = new Proxy(real, { get: (target, name) => this.#binding(name, Reflect.get(target, name)) });
  }

  get calls(): number {
    return this.#calls;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  #binding(name: string | symbol, binding: unknown): unknown {
    if (name === "DIRECTORY") return this.#database(binding as D1Database);
    if (name === "PACKS") return this.#methods(binding as object);
    if (name === "USER_SYNC") {
      const namespace = binding as DurableObjectNamespace;
      return {
        idFromName: (id: string) => namespace.idFromName(id),
        get: (id: DurableObjectId) => this.#methods(namespace.get(id)),
      };
    }
    if (typeof name === "string" && name.startsWith("META_"))
      return { withSession: (at: string) => this.#database((binding as D1Database).withSession(at)) };
    return binding;
  }

  #methods(target: object): object {
    return new Proxy(target, {
      get: (real, name) => {
        const member = Reflect.get(real, name) as unknown;
        if (typeof member !== "function") return member;
        // Called as a method: what an object's stub has is no function with an `apply` of its own.
        return (...args: unknown[]) => this.#run(() => (real as Record<string | symbol, Callable>)[name]?.(...args));
      },
    });
  }

  #database(db: D1Database | D1DatabaseSession): unknown {
    return {
      prepare: (sql: string) => this.#statement(db.prepare(sql)),
      batch: (statements: Wrapped[]) => this.#run(() => db.batch(statements.map((each) => each[REAL] ?? each))),
      getBookmark: () => ("getBookmark" in db ? db.getBookmark() : null),
    };
  }

  #statement(statement: D1PreparedStatement): unknown {
    return {
      [REAL]: statement,
      bind: (...values: unknown[]) => this.#statement(statement.bind(...values)),
      first: (...args: []) => this.#run(() => statement.first(...args)),
      all: () => this.#run(() => statement.all()),
      run: () => this.#run(() => statement.run()),
    };
  }

  async #run(call: () => unknown): Promise<unknown> {
    if (this.#isCut && this.#isDead) throw new CutOff("the Worker has ended");
    const answer = await call();
    if (++this.#calls !== this.#at) return answer;
    this.#isCut = true;
    throw new CutOff("cut off");
  }
}
