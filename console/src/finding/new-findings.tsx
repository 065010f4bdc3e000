import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useApi } from "../api/api.ts";
import { findingsQuery } from "../api/finding.ts";
import { Notice } from "../element/notice.tsx";
import { useEnvironment } from "../shell/environment.ts";
import { isNew } from "./words.ts";

/** What scans found and nobody has done anything about. */
export function NewFindings() {
  const { name: env } = useEnvironment();
  const { data } = useQuery(findingsQuery(useApi(), env));
  const count = (data?.findings ?? []).filter(isNew).length;
  if (count === 0) return null;
  return (
    <Notice
      tone="warn"
      title={
        <Link to="/findings" search={{ env, state: "new" }} className="underline underline-offset-2">
          {count === 1 ? "1 new finding" : `${count} new findings`} of scans
        </Link>
      }
    >
      Secrets stand where others may read them.
    </Notice>
  );
}
