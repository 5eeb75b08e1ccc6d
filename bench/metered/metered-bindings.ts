import { count, type Counts } from "./meter.ts";

type Bindings = Readonly<Record<string, unknown>>;

/** The bindings that were wrapped already: the Worker and its Durable Object may share one `env`. */
const wrapped = new WeakSet<object>();

/** Replaces each binding's calls by calls that count; what they answer stays the same. */
export function meterBindings(env: object): void {
  for (const binding of Object.values(env as Bindings)) {
    if (typeof binding !== "object" || binding === null || wrapped.has(binding)) continue;
    wrapped.add(binding);
    if ("withSession" in binding) meterDatabase(binding);
    else if ("createMultipartUpload" in binding) meterBucket(binding as R2Bucket);
    else if ("idFromName" in binding) meterObjects(binding as DurableObjectNamespace);
    else if ("sendBatch" in binding) meterQueue(binding as Queue);
  }
}

interface D1Meta {
  readonly rows_read?: number;
  readonly rows_written?: number;
}

/**
 * D1's client sends each query through one `fetcher` (workerd, src/cloudflare/internal/d1-api.ts) whose answers carry
 * the row counts, also for `raw()` and `first()`, which keep them from their callers.
 */
function meterDatabase(database: object): void {
  const holders: ({ fetcher?: Fetcher } | undefined)[] = [
    database,
    (database as { alwaysPrimarySession?: object }).alwaysPrimarySession,
  ];
  for (const holder of holders) {
    const inner = holder?.fetcher;
    if (!inner) throw new Error("this workerd's D1 client has no fetcher to count at");
    Object.assign(holder as object, {
      fetcher: {
        async fetch(...request: Parameters<Fetcher["fetch"]>): Promise<Response> {
          const response = await inner.fetch(...request);
          const answer = await response.clone().json<{ meta?: D1Meta } | { meta?: D1Meta }[]>();
          for (const { meta } of [answer].flat()) {
            count("d1Queries");
            count("d1RowsRead", meta?.rows_read ?? 0);
            count("d1RowsWritten", meta?.rows_written ?? 0);
          }
          return response;
        },
      },
    });
  }
}

const BUCKET_CALLS: Readonly<Record<string, keyof Counts>> = {
  put: "r2ClassA",
  list: "r2ClassA",
  createMultipartUpload: "r2ClassA",
  get: "r2ClassB",
  head: "r2ClassB",
  delete: "r2Deletes",
};

function meterBucket(bucket: R2Bucket): void {
  for (const [method, what] of Object.entries(BUCKET_CALLS)) countCalls(bucket, method, () => count(what));
}

function meterQueue(queue: Queue): void {
  countCalls(queue, "send", () => count("queueMessages"));
  countCalls(queue, "sendBatch", (messages) => count("queueMessages", [...(messages as Iterable<unknown>)].length));
}

/** Each method called on a stub is one request to the object. */
function meterObjects(namespace: DurableObjectNamespace): void {
  for (const method of ["get", "getByName"] as const) {
    if (!(method in namespace)) continue;
    const get = namespace[method].bind(namespace) as (...args: unknown[]) => object;
    Object.defineProperty(namespace, method, { value: (...args: unknown[]) => meterStub(get(...args)) });
  }
}

function meterStub(stub: object): object {
  return new Proxy(stub, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function" || typeof property === "symbol") return member;
      return (...args: unknown[]) => {
        count("objectRequests");
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
}

function countCalls(target: object, method: string, before: (...args: unknown[]) => void): void {
  const original: unknown = Reflect.get(target, method);
  if (typeof original !== "function") throw new Error(`there is no ${method} to count`);
  Object.defineProperty(target, method, {
    value(...args: unknown[]) {
      before(...args);
      return Reflect.apply(original, target, args) as unknown;
    },
  });
}
