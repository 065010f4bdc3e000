import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useApi, type Api } from "./api.ts";
import { makeKey, signWithKey } from "./authenticator.ts";
import type { Schemas } from "./schema.ts";
import { forgetSession } from "./session.ts";

export type OwnPasskey = Schemas["OwnPasskeys"]["passkeys"][number];

/** What shows, beside an open session, that its holder is here. */
export type Proof = Schemas["Proof"];

/** How the account that is logged in can log in. */
export function passkeysQuery(api: Api) {
  return queryOptions({ queryKey: ["passkeys"], queryFn: () => api.ask("GET /v1/passkeys") });
}

export function useProofByPasskey() {
  const api = useApi();
  return useMutation({
    mutationFn: async (): Promise<Proof> => ({ passkey: await signWithKey(await api.ask("POST /v1/proof/challenge")) }),
    gcTime: 0,
  });
}

export function useAddPasskey() {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: async ({ name, proof }: { readonly name: string; readonly proof: Proof }) => {
      const passkey = await makeKey(await api.ask("POST /v1/passkeys/challenge", { body: proof }));
      return api.ask("POST /v1/passkeys", { body: { name, passkey } });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["passkeys"] }),
    gcTime: 0,
  });
}

export function useRemovePasskey() {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: ({ passkey, proof }: { readonly passkey: string; readonly proof: Proof }) =>
      api.ask("POST /v1/passkeys/{passkey}/remove", { params: { passkey }, body: proof }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["passkeys"] }),
    gcTime: 0,
  });
}

export function useLogInWithPasskey() {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: async () => {
      const passkey = await signWithKey(await api.ask("POST /v1/login/passkey/challenge"));
      return api.ask("POST /v1/login/passkey", { body: { passkey } });
    },
    onSuccess: (me) => client.setQueryData(["me"], me),
    gcTime: 0,
  });
}

export function useSetUpWithPasskey() {
  const [api, client] = [useApi(), useQueryClient()];
  return useMutation({
    mutationFn: async ({ passkeyName, ...holder }: Omit<Schemas["PasskeySetup"], "passkey">) => {
      const passkey = await makeKey(await api.ask("POST /v1/setup/passkey/challenge", { body: holder }));
      return api.ask("POST /v1/setup/passkey", { body: { ...holder, passkeyName, passkey } });
    },
    onSuccess: (me) => {
      // someone else may have been logged in here
      forgetSession(client);
      client.setQueryData(["me"], me);
    },
    gcTime: 0,
  });
}
