import type { ManagedAccount } from "../../../protocol/admin.ts";
import { randomAddress, signUp, type TestAccount } from "./accounts.ts";

/** The first account of a test file's server, and what only it can do. */
export class Administrator {
  readonly account: TestAccount;

  private constructor(account: TestAccount) {
    this.account = account;
  }

  /** Before any other sign-up of the file. */
  static async make(): Promise<Administrator> {
    return new Administrator(await signUp());
  }

  /** One who has signed in again. */
  static of(account: TestAccount): Administrator {
    return new Administrator(account);
  }

  request(method: string, path: string, json?: unknown): Promise<Response> {
    return this.account.api(`/admin${path}`, {
      method,
      ...(json !== undefined && { body: JSON.stringify(json) }),
      headers: {
        "cf-connecting-ip": randomAddress(),
        ...(json !== undefined && { "content-type": "application/json" }),
      },
    });
  }

  /** A failed request throws. */
  async get<T>(path: string): Promise<T> {
    const answer = await this.request("GET", path);
    if (!answer.ok) throw new Error(`GET /admin${path}: ${answer.status} ${await answer.text()}`);
    return answer.json<T>();
  }

  async change({ userId }: Pick<TestAccount, "userId">, changes: object): Promise<ManagedAccount> {
    const answer = await this.request("PATCH", `/accounts/${userId}`, changes);
    if (!answer.ok) throw new Error(`changing an account: ${answer.status} ${await answer.text()}`);
    return answer.json<ManagedAccount>();
  }

  suspend(account: Pick<TestAccount, "userId">): Promise<ManagedAccount> {
    return this.change(account, { suspended: true });
  }

  lift(account: Pick<TestAccount, "userId">): Promise<ManagedAccount> {
    return this.change(account, { suspended: false });
  }
}
