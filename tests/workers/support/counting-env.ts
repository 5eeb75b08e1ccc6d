import type { Env } from "../../../workers/env.ts";

const REAL = Symbol("the statement behind the proxy");
type Wrapped = D1PreparedStatement & { [REAL]?: D1PreparedStatement };

/** An environment that counts what Cloudflare bills: rows, calls to R2, and commits at Durable Objects. */
export class CountingEnv {
  readonly env: Env;
  readonly billed = { read: 0, written: 0, queries: 0, gets: 0, puts: 0, commits: 0 };

  constructor(real: Env) {
    this.env = new Proxy(real, { get: (target, name) => this.#binding(name, Reflect.get(target, name)) });
  }

  #binding(name: string | symbol, binding: unknown): unknown {
    if (name === "DIRECTORY") return this.#database(binding as D1Database);
    if (name === "PACKS") return this.#bucket(binding as R2Bucket);
    if (name === "USER_SYNC") return this.#objects(binding as DurableObjectNamespace);
    if (typeof name === "string" && name.startsWith("META_"))
      return { withSession: (at: string) => this.#database((binding as D1Database).withSession(at)) };
    return binding;
  }

  #objects(namespace: DurableObjectNamespace): unknown {
    return {
      idFromName: (id: string) => namespace.idFromName(id),
      get: (id: DurableObjectId) => {
        const stub = namespace.get(id) as unknown as Record<string, (...args: unknown[]) => unknown>;
        return new Proxy(stub, {
          get: (target, name: string) => {
            return (...args: unknown[]) => {
              if (name === "commit") this.billed.commits++;
              return target[name]?.(...args);
            };
          },
        });
      },
    };
  }

  #bucket(bucket: R2Bucket): unknown {
    return {
      get: (key: string, options: R2GetOptions) => (this.billed.gets++, bucket.get(key, options)),
      put: (key: string, value: ArrayBuffer, options: R2PutOptions) => (
        this.billed.puts++,
        bucket.put(key, value, options)
      ),
      delete: (keys: string[]) => bucket.delete(keys),
    };
  }

  #database(db: D1Database | D1DatabaseSession): unknown {
    return {
      prepare: (sql: string) => this.#statement(db.prepare(sql)),
      batch: async (statements: Wrapped[]) =>
        (await db.batch(statements.map((each) => each[REAL] ?? each))).map((result) => this.#counted(result)),
      getBookmark: () => ("getBookmark" in db ? db.getBookmark() : null),
    };
  }

  #statement(statement: D1PreparedStatement): unknown {
    return {
      [REAL]: statement,
      bind: (...values: unknown[]) => this.#statement(statement.bind(...values)),
      first: async () => this.#counted(await statement.all()).results[0] ?? null,
      all: async () => this.#counted(await statement.all()),
      run: async () => this.#counted(await statement.run()),
    };
  }

  #counted<T>(result: D1Result<T>): D1Result<T> {
    this.billed.queries++;
    this.billed.read += result.meta.rows_read;
    this.billed.written += result.meta.rows_written;
    return result;
  }
}
