import type { Finding } from "../api/finding.ts";
import { Button } from "../element/button.tsx";
import { Section } from "../element/section.tsx";
import { byPlace, bySecret } from "./finding-group.ts";
import { FindingTable } from "./finding-table.tsx";
import { Thing } from "./thing.tsx";
import type { FindingView } from "./view-chooser.tsx";
import { versionText, whereText } from "./words.ts";

interface FindingGroupsProps {
  readonly findings: readonly Finding[];
  readonly view: FindingView;
  readonly onAccept: ((finding: Finding) => void) | undefined;
  readonly onRotate: ((finding: Finding) => void) | undefined;
}

/** more rows than anybody reads make a page slow */
const most = 500;

export function FindingGroups({ findings, view, ...verbs }: FindingGroupsProps) {
  const shown = findings.slice(0, most);
  const groups = view === "secret" ? bySecret(shown) : byPlace(shown);
  return (
    <>
      {groups.map(({ key, first, findings: own }) =>
        view === "secret" ? (
          <OfSecret key={key} first={first} findings={own} {...verbs} />
        ) : (
          <Section key={key} title={whereText(first)}>
            <FindingTable caption={whereText(first)} findings={own} shows="thing" onAccept={verbs.onAccept} />
          </Section>
        ),
      )}
      {findings.length > most && (
        <p className="text-sm text-quiet">
          The first {most} of {findings.length}: choose a state, or type part of a name.
        </p>
      )}
    </>
  );
}

interface OfSecretProps extends Pick<FindingGroupsProps, "findings" | "onAccept" | "onRotate"> {
  readonly first: Finding;
}

/** Where the step is to rotate, it begins here: without an overlap, since somebody else may know it. */
function OfSecret({ first, findings, onAccept, onRotate }: OfSecretProps) {
  const { thing } = first;
  const name = thing.kind === "value" ? thing.name : thing.format;
  const waiting = findings.find(({ step }) => step === "rotate");
  const begin = waiting !== undefined && onRotate !== undefined && (
    <Button kind="danger" small aria-label={`${name} is compromised: rotate…`} onClick={() => onRotate(waiting)}>
      It is compromised: rotate…
    </Button>
  );
  const title = (
    <>
      <Thing finding={first} /> <span className="text-sm font-normal text-quiet">{versionText(first)}</span>
    </>
  );
  return (
    <Section title={title} actions={begin}>
      <FindingTable caption={`${name} ${versionText(first)}`} findings={findings} shows="place" onAccept={onAccept} />
    </Section>
  );
}
