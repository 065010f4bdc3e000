import { Ago } from "../element/moment.tsx";
import { Notice } from "../element/notice.tsx";
import { RolloutLink } from "./rollout-link.tsx";

interface Open {
  readonly rollout: string;
  readonly actor: string;
  readonly startedAt: number;
}

export function OpenRollout({ open: { rollout, actor, startedAt } }: { readonly open: Open }) {
  return (
    <Notice
      tone="warn"
      title={
        <>
          The rollout <RolloutLink id={rollout}>{rollout}</RolloutLink> is open
        </>
      }
    >
      {actor} began it <Ago at={startedAt} />. If nobody is at work on it any more, go on with it or take it back.
    </Notice>
  );
}
