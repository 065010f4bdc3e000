import type { IssuerEntry } from "#contract";
import { Sensitive } from "#kernel";
import { isUri, loginIn, textOf, withLogin } from "./connection-value.ts";
import type { Means } from "./means.ts";
import { basicLogin, callHttp, fieldOf, refused, type Called } from "./http-call.ts";
import type { Intent, Issuer } from "./issuer.ts";

type Entry = Extract<IssuerEntry, { kind: "grafana" }>;

/**
 * Grafana keeps one password of a user. It is changed by an administrator's login, or by the user's own, who then logs in
 * with whichever of the two values counts. https://grafana.com/docs/grafana/latest/developers/http_api/admin/#password-for-user
 */
export function grafanaIssuer(entry: Entry, means: Means): Issuer {
  const { user } = entry;
  return {
    does: `another password of the Grafana user ${user}`,
    where: "Grafana",
    overlap: false,
    async make({ present, draft, name }) {
      if (isUri(present) && loginIn(present).user !== user)
        throw refused(`${name} logs in as another user than ${user}`);
      const password = strong(draft);
      const before = loginIn(present).password;
      await setPassword(entry, means, { password, known: [before, password] });
      return { value: withLogin(present, { password: Sensitive.of(password) }), notices: [] };
    },
    async revoke(intent, which) {
      // nothing is left of the old one
      if (which === "old") return;
      const before = loginIn(intent.present).password;
      await setPassword(entry, means, { password: before, known: [strong(intent.draft), before] });
    },
  };
}

/** With all that Grafana's password policy asks for, if it is on: a capital, a small letter, a digit and a sign. */
function strong(draft: Intent["draft"]): string {
  return `${textOf(draft)}-Aa1`;
}

interface Change {
  readonly password: string;
  /** of the user, one of which counts */
  readonly known: readonly string[];
}

/** Proved by a login with it. */
async function setPassword({ user, admin }: Entry, means: Means, { password, known }: Change): Promise<void> {
  const { base, login } = placeOf(textOf(await means.value(admin)), admin);
  const call = (path: string, as: Login, body?: unknown): Promise<Called> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return callHttp(means, `Grafana, where ${admin} says`, {
      url: new URL(`${base}${path}`),
      method: body === undefined ? "GET" : "PUT",
      headers: { "content-type": "application/json", ...basicLogin(as.user, as.password) },
      ...sent,
      nearby: true,
    });
  };
  const logins = login === undefined || login.user === user ? ownLogins(user, known, login) : [login];
  const { id, as } = await findUser(user, admin, { logins, call });
  judge(await call(`/api/admin/users/${id}/password`, as, { password }), user);
  const { status } = await call("/api/user", { user, password });
  if (status !== 200) throw refused(`Grafana does not take the new password of ${user} (${status})`);
}

/** The value of `admin` may be the one that changes, or have been written before an earlier change. */
function ownLogins(user: string, known: readonly string[], login: Login | undefined): readonly Login[] {
  const passwords = new Set([...known, ...(login === undefined ? [] : [login.password])]);
  return [...passwords].map((password) => ({ user, password }));
}

interface Login {
  readonly user: string;
  readonly password: string;
}

interface Looking {
  readonly logins: readonly Login[];
  readonly call: (path: string, as: Login) => Promise<Called>;
}

/** With the first login that Grafana takes. */
async function findUser(user: string, admin: string, { logins, call }: Looking) {
  for (const as of logins) {
    const answer = await call(`/api/users/lookup?loginOrEmail=${encodeURIComponent(user)}`, as);
    // 400 before version 10
    if (answer.status === 401 || answer.status === 400) continue;
    const id = fieldOf(answer.body, "id");
    if (answer.status === 200 && typeof id === "number") return { id, as };
    judge(answer, user);
    throw refused(`what answers where ${admin} says is no Grafana`);
  }
  throw refused(
    `Grafana does not take the login of ${logins[0]?.user}, or takes none for 5 minutes behind failed ones`,
    `wait, or \`keyturn set ${admin}\`: the URL with the login of a server administrator`,
  );
}

function judge({ status }: Called, user: string): void {
  if (status === 200) return;
  if (status === 403) throw refused("Grafana lets server administrators alone change passwords (403)");
  if (status === 404) throw refused(`Grafana has no user ${user}`);
  if (status === 400) throw refused(`Grafana does not take such a password for ${user} (400)`);
  throw refused(`Grafana answers ${status}`);
}

/** A URL, also below a path; its login, where it has one. */
function placeOf(text: string, admin: string): { readonly base: string; readonly login?: Login } {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw refused(`${admin} is no http or https URL`);
  const { origin, pathname } = new URL(text);
  const base = `${origin}${pathname.replace(/\/+$/, "")}`;
  const { user, password } = loginIn(Sensitive.of(text));
  return { base, ...(user === undefined ? {} : { login: { user, password } }) };
}
