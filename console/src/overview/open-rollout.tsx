import type { Schemas } from "../api/schema.ts";
import { Ago } from "../element/moment.tsx";
import { Notice } from "../element/notice.tsx";

type Open = NonNullable<Schemas["Status"]["open"]>;

export function OpenRollout({ open: { rollout, actor, startedAt } }: { readonly open: Open }) {
  return (
    <Notice tone="warn" title={`The rollout ${rollout} is open`}>
      {actor} began it <Ago at={startedAt} />. If its command is gone: keyturn apply --resume, or --return.
    </Notice>
  );
}
