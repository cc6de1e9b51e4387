import { describe, expect, it } from "vitest";
import { link, webAddress } from "../../src/core/links.ts";

const configuration = {
  ProjectName: "a b",
  ExternalEntityLink: "https://x.example/?q=1#top",
  Evil: "javascript:1",
};

describe("api.md §14: links of action types", () => {
  it("fill in configuration, execution and revision", () => {
    const template = "https://ci.example/{Config:ProjectName}/{ExternalExecutionId}/{RevisionId}";
    expect(link(template, { configuration, externalExecutionId: "12/x", revisionId: "abc" })).toBe(
      "https://ci.example/a%20b/12/x/abc",
    );
  });

  it("are missing until every value is known", () => {
    const template = "https://ci.example/{Config:ProjectName}/{ExternalExecutionId}";
    expect(link(template, { configuration })).toBeUndefined();
    expect(link("https://ci.example/{Config:Other}", { configuration })).toBeUndefined();
    expect(link(undefined, { configuration })).toBeUndefined();
  });

  it("take a whole address from the configuration as it is", () => {
    expect(link("{Config:ExternalEntityLink}", { configuration })).toBe("https://x.example/?q=1#top");
  });

  it("P0.15 are http or https only", () => {
    expect(link("{Config:Evil}", { configuration })).toBeUndefined();
    expect(webAddress("data:text/html,x")).toBeUndefined();
    expect(webAddress("http://ok.example")).toBe("http://ok.example");
  });

  it("survive text that is no well-formed Unicode", () => {
    expect(link("https://ci.example/{Config:P}", { configuration: { P: "\ud800" } })).toBe(
      "https://ci.example/%EF%BF%BD",
    );
  });
});
