import type { ListedRotation } from "../api/rotation.ts";
import { Ago } from "../element/moment.tsx";
import { Notice } from "../element/notice.tsx";
import { RotationLink } from "./rotation-link.tsx";
import { heldReason } from "./words.ts";

/** Those that somebody has to end, one way or the other. */
export function OpenRotations({ rotations }: { readonly rotations: readonly ListedRotation[] }) {
  return rotations
    .filter(({ state }) => state === "open")
    .map((rotation) => {
      const { id, name, companion, actor, startedAt, step, steps } = rotation;
      const reason = heldReason(rotation);
      return (
        <Notice
          key={id}
          tone="warn"
          title={
            <>
              The{" "}
              <RotationLink id={id}>
                rotation of {name}
                {companion !== undefined && ` and ${companion.name}`}
              </RotationLink>{" "}
              is open
              {steps.length > 0 && `, at step ${step} of ${steps.length}`}
            </>
          }
        >
          {actor} began it <Ago at={startedAt} />.{reason !== undefined && ` It was held: ${reason}.`}
        </Notice>
      );
    });
}
