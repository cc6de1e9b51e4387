import { describe, expect, it } from "vitest";
import { quotedHereDocuments } from "../../src/services/codepipeline/structure/here-documents.ts";

describe("P4.2: here-documents that a shell does not expand", () => {
  it.each([
    ["cat <<'EOF'\nbody\nEOF\nafter", ["body"]],
    ['cat <<"EOF"\nbody\nEOF', ["body"]],
    ["cat <<\\EOF\nbody\nEOF", ["body"]],
    ["cat <<E'O'F\nbody\nEOF", ["body"]],
    ["cat <<-'EOF'\n\tbody\n\tEOF\nafter", ["\tbody"]],
    ["cat << 'EOF'\nnever closed", ["never closed"]],
    ["cat <<'A' <<B\na\nA\nb\nB", ["a"]],
    ["cat <<A <<'B'\na\nA\nb\nB", ["b"]],
  ])("%j", (script, bodies) => {
    expect(quotedHereDocuments(script)).toEqual(bodies);
  });

  it.each([
    "cat <<EOF\nbody\nEOF",
    "echo \"<<'EOF'\"\nbody\nEOF",
    "echo '<<\"EOF\"'\nbody\nEOF",
    "true # <<'EOF'\nbody\nEOF",
    "cat <<<'EOF'\nbody\nEOF",
    "echo $((1<<2))\nbody",
    "echo \\<<'EOF'",
  ])("none in %j", (script) => {
    expect(quotedHereDocuments(script)).toEqual([]);
  });
});
