import type { DBAdapter, Where } from "better-auth/types";
import { sha256Hex } from "./access-token.ts";

/** The field of each of better-auth's models by which its bearer is known: whoever can read it can use it. */
const SECRETS: Readonly<Record<string, string>> = { session: "token", deviceCode: "deviceCode" };

/** What the adapter's operations have in common. */
interface Query {
  readonly model: string;
  readonly where?: readonly Where[];
  readonly data?: Fields;
  readonly update?: Fields;
  readonly set?: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * An adapter that keeps session tokens and device codes as their SHA-256, so that who reads the database cannot sign in
 * with what is there. better-auth notices nothing: secrets that it writes or looks for are digested on the way in, and
 * rows found by a secret, or made with one, have that secret on the way out. Rows found otherwise have the digest, which
 * is nobody's credential.
 */
export function withDigestedSecrets<Adapter extends DBAdapter>(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      const operation = member as (input: unknown, ...rest: unknown[]) => unknown;
      if (name === "transaction") {
        return (work: (inner: Adapter) => unknown) => operation((inner: Adapter) => work(withDigestedSecrets(inner)));
      }
      return async (input: unknown, ...rest: unknown[]) => {
        const field = isQuery(input) ? SECRETS[input.model] : undefined;
        if (field === undefined) return operation(input, ...rest);
        const known = new Map<string, string>();
        const query = await digestQuery(input as Query, field, known);
        return reveal(await operation(query, ...rest), field, known);
      };
    },
  });
}

function isQuery(input: unknown): input is Query {
  return typeof input === "object" && input !== null && "model" in input && typeof input.model === "string";
}

/** The query with digests in place of secrets; `known` learns which digest is whose. */
async function digestQuery(query: Query, field: string, known: Map<string, string>): Promise<Query> {
  const digest = async <T>(value: T): Promise<T | string> => {
    if (typeof value !== "string") return value;
    const digest = await sha256Hex(value);
    known.set(digest, value);
    return digest;
  };
  const inFields = async (fields: Fields) =>
    field in fields ? { ...fields, [field]: await digest(fields[field]) } : fields;
  const inWhere = async (where: Where): Promise<Where> => {
    if (where.field !== field) return where;
    const { value } = where;
    return { ...where, value: Array.isArray(value) ? await digestAll(value) : await digest(value) } as Where;
  };
  const digestAll = (values: readonly unknown[]) => Promise.all(values.map(digest));
  return {
    ...query,
    ...(query.where && { where: await Promise.all(query.where.map(inWhere)) }),
    ...(query.data && { data: await inFields(query.data) }),
    ...(query.update && { update: await inFields(query.update) }),
    ...(query.set && { set: await inFields(query.set) }),
  };
}

/** Rows with the secrets that the caller has shown it knows. */
function reveal(result: unknown, field: string, known: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(result)) return result.map((row) => reveal(row, field, known));
  if (typeof result !== "object" || result === null || !(field in result)) return result;
  const secret = known.get(String((result as Fields)[field]));
  return secret === undefined ? result : { ...result, [field]: secret };
}
